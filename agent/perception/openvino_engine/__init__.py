"""MediaPipe's models on OpenVINO, with the graph around them from MediaPipe's published
definitions: detector, region, landmarks, and what follows from them. Nothing is smoothed.
"""
