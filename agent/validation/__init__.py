"""How far what is found agrees with what people labelled.

labels = read_labels(path)
frames = material.frames()
labels.check(frames)                        # raises FileRefused with the file's line
found = look_at(material, labels.measures)  # the measures at work on the same material
judged = judge(labels, frames, found)       # agreement, each with interval and coverage
"""

TOLERANCE_MS = 300.0  # of onset and of offset, unless said otherwise
