"""Many videos and sessions analysed side by side, each as `epedicare analyze` does it.

`sources` finds them, `dataset` is the folder that they go to, `work` is what is done with one of
them, `run` hands them out. A worker is a process of this machine (`local`) or an actor of a Ray
cluster (`on_ray`); both are told the same: here is a task, give its outcome.
"""
