"""Why an observation has no face. The registry gives each its words."""

NO_FACE = "no_face"  # nobody is seen
HEAD_TURNED = "head_turned"  # a body with a head, large enough, and no face on it
FACE_TOO_SMALL = "face_too_small"  # a body with a head, and too few pixels for a face
NOT_CONFIRMED = "person_not_confirmed"  # a face, and no sign yet that it is a person's
LOOKS_DRAWN = "looks_drawn"  # a face with areas of one colour, as skin has none
PERSON_UNCERTAIN = "person_uncertain"  # two people, and no telling which is the patient
NOT_PATIENT = "not_the_patient"  # only somebody else is in view
LANDMARKER_FAILED = "landmarker_failed"

ALL = (
    NO_FACE,
    HEAD_TURNED,
    FACE_TOO_SMALL,
    NOT_CONFIRMED,
    LOOKS_DRAWN,
    PERSON_UNCERTAIN,
    NOT_PATIENT,
    LANDMARKER_FAILED,
)
