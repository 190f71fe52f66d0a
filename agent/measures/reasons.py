"""The reasons that several measures share. A measure may declare more in its own module."""

from __future__ import annotations

from agent.measures.labels import Reason, Text

NO_FACE = Reason(
    "no_face",
    Text(
        "The face is not seen. It is shown again as soon as the face is back in view.",
        "Le visage n'est pas visible. La valeur revient dès que le visage est de nouveau visible.",
    ),
)
NOT_CONFIRMED = Reason(
    "person_not_confirmed",
    Text(
        "A face is seen, but not yet a person with it. It is shown once shoulders are seen or the "
        "face is large.",
        "Un visage est vu, mais pas encore une personne. La valeur vient quand les épaules sont "
        "vues ou que le visage est grand.",
    ),
)
LOOKS_DRAWN = Reason(
    "looks_drawn",
    Text(
        "The face in view looks like a drawing. If it is the child, selecting the patient shows "
        "the values.",
        "Le visage visible ressemble à un dessin. Si c'est l'enfant, choisir le patient affiche "
        "les valeurs.",
    ),
)
PERSON_UNCERTAIN = Reason(
    "person_uncertain",
    Text(
        "Several people are in view and it is not clear who is the patient. Selecting the patient "
        "settles it.",
        "Plusieurs personnes sont visibles et le patient n'est pas certain. Choisir le patient "
        "lève le doute.",
    ),
)
NOT_PATIENT = Reason(
    "not_the_patient",
    Text(
        "Only somebody else is in view. It is shown when the patient is back.",
        "Seule une autre personne est visible. La valeur revient avec le patient.",
    ),
)
LANDMARKER_FAILED = Reason(
    "landmarker_failed",
    Text(
        "A part of the analysis stopped and is being started again, within a few seconds.",
        "Une partie de l'analyse s'est arrêtée ; elle redémarre en quelques secondes.",
    ),
)
FACE_TOO_SMALL = Reason(
    "face_too_small",
    Text(
        "The face is too small in the picture. It is shown when the child comes closer.",
        "Le visage est trop petit dans l'image. La valeur revient si l'enfant se rapproche.",
    ),
)
HEAD_TURNED = Reason(
    "head_turned",
    Text(
        "The head is turned too far, or the face is covered. It is shown when the face is seen "
        "again.",
        "La tête est trop tournée, ou le visage couvert. La valeur revient quand il est de nouveau "
        "visible.",
    ),
)
MOUTH_HIDDEN = Reason(
    "mouth_hidden",
    Text(
        "A hand is at the face and may be before the mouth. It is shown when the hand has gone.",
        "Une main est au visage, peut-être devant la bouche. La valeur revient quand elle s'en va.",
    ),
)
FACE_UNSTEADY = Reason(
    "face_unsteady",
    Text(
        "The face was just found anew, with another outline. It is shown when that has settled.",
        "Le visage vient d'être retrouvé, avec un autre contour. La valeur revient dès qu'il est "
        "stable.",
    ),
)
TOO_DARK = Reason(
    "too_dark",
    Text(
        "It is too dark. More light in front of the child brings it back.",
        "Il fait trop sombre. Plus de lumière devant l'enfant fait revenir la valeur.",
    ),
)
UNEVEN_LIGHT = Reason(
    "uneven_light",
    Text(
        "One side of the face is much brighter. Light from the front brings it back.",
        "Un côté du visage est bien plus clair. Une lumière de face fait revenir la valeur.",
    ),
)
BLURRED = Reason(
    "blurred",
    Text(
        "The picture of the face is blurred. It is shown again when the picture is sharp.",
        "L'image du visage est floue. La valeur revient quand l'image est de nouveau nette.",
    ),
)
FROZEN = Reason(
    "frozen",
    Text(
        "The picture is frozen. Measuring goes on when it moves again.",
        "L'image est figée. La mesure reprend quand l'image bouge de nouveau.",
    ),
)
CAMERA_MOVED = Reason(
    "camera_moved",
    Text(
        "The camera itself is moving. It is shown when the camera is still.",
        "La caméra elle-même bouge. La valeur revient quand la caméra est immobile.",
    ),
)
TOO_FEW_FRAMES = Reason(
    "too_few_frames",
    Text(
        "Too few pictures per second are analysed for this. It is shown when there are more.",
        "Trop peu d'images par seconde sont analysées. La valeur revient s'il y en a davantage.",
    ),
)
NO_BODY = Reason(
    "no_body",
    Text(
        "The child's body is not seen. It is shown when head and shoulders are in view.",
        "Le corps de l'enfant n'est pas visible. La valeur revient quand la tête et les épaules "
        "sont visibles.",
    ),
)
PART_HIDDEN = Reason(
    "part_hidden",
    Text(
        "This part of the body is outside the picture or hidden. It is shown when it is in view.",
        "Cette partie du corps est hors de l'image ou cachée. La valeur revient quand elle est "
        "visible.",
    ),
)
NO_HANDS_RESULT = Reason(
    "no_hands_result",
    Text(
        "The hands were not looked for just now. It is shown with the next look.",
        "Les mains n'ont pas été cherchées à l'instant. La valeur vient à la prochaine recherche.",
    ),
)
HAND_NOT_FOUND = Reason(
    "hand_not_found",
    Text(
        "A hand may be in the picture and is not found: it moves fast, or lies on the face. It is "
        "shown when each hand is found or clearly elsewhere.",
        "Une main est peut-être dans l'image sans être trouvée : elle bouge vite, ou est sur le "
        "visage. La valeur revient quand chaque main est trouvée ou clairement ailleurs.",
    ),
)
NO_WRIST = Reason(
    "no_wrist",
    Text(
        "No wrist is in view, so hands are looked for only now and then. It is shown when one is.",
        "Aucun poignet n'est visible ; les mains ne sont cherchées que de temps en temps. La "
        "valeur vient quand un poignet est visible.",
    ),
)
LEARNING = Reason(
    "learning",
    Text(
        "This child's usual level is still being learned. It is shown after a few seconds in view.",
        "Le niveau habituel de cet enfant s'apprend encore. La valeur vient après quelques "
        "secondes de visage visible.",
    ),
)
STARTING = Reason(
    "starting",
    Text(
        "Two pictures in a row are needed. It is shown with the next ones.",
        "Il faut deux images de suite. La valeur vient avec les suivantes.",
    ),
)
WINDOW_FILLING = Reason(
    "window_filling",
    Text(
        "The analysis has not run long enough yet. It is shown when more time has passed.",
        "L'analyse n'a pas encore duré assez longtemps. La valeur vient avec un peu plus de temps.",
    ),
)
TOO_LITTLE_TIME = Reason(
    "too_little_time",
    Text(
        "Too little of this stretch of time could be measured. It is shown when more of it can.",
        "Une trop petite partie de cette durée était mesurable. La valeur revient quand davantage "
        "l'est.",
    ),
)
REST_WOULD_MISLEAD = Reason(
    "rest_would_mislead",
    Text(
        "For a part of this time it could not be seen, and may have happened just then: a figure "
        "for the rest alone would mislead. What is listed among the events was seen.",
        "Pendant une partie de cette durée, cela ne pouvait pas être vu, et a pu se produire "
        "justement là : un chiffre pour le reste seul tromperait. Les événements listés, eux, ont "
        "été vus.",
    ),
)
WINDOW_TOO_SHORT = Reason(
    "window_too_short",
    Text(
        "This needs a longer stretch of time. Look at the longer one.",
        "Il faut une durée plus longue. Voir la durée plus longue.",
    ),
)
NONE_YET = Reason(
    "none_yet",
    Text(
        "None happened in this time. It is shown after the next one.",
        "Il n'y en a pas eu pendant cette durée. La valeur vient après la prochaine fois.",
    ),
)
MEASURE_FAILED = Reason(
    "measure_failed",
    Text(
        "A fault switched this measure off for the rest of the session. The others go on.",
        "Une panne a arrêté cette mesure jusqu'à la fin de la séance. Les autres continuent.",
    ),
)
INTERRUPTED = Reason(
    "interrupted",
    Text(
        "It could not be followed to its end; it may have lasted longer.",
        "La fin n'a pas pu être suivie ; cela a pu durer plus longtemps.",
    ),
)
SESSION_ENDED = Reason(
    "session_ended",
    Text(
        "The session ended before this did.",
        "La séance s'est terminée avant.",
    ),
)

# While one of these holds, a hand may be doing just what is measured.
HAND_UNSEEN = (
    HAND_NOT_FOUND,
    NO_WRIST,
    NO_HANDS_RESULT,
    PART_HIDDEN,
)
