"""Replies that a new team is offered to begin with. Its lead changes them, or leaves them."""

from collections.abc import Mapping

from accounts.models import CareTeam
from tracker.models import CannedReply
from tracker.models.messages import ReplyLanguage

STARTERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    ReplyLanguage.ENGLISH: (
        ("We will call you", "Thank you. We have read your message. One of us will call you today."),
        (
            "Tell us more",
            "Thank you for writing. Please tell us more: since when is it so, how bad is it, and what have "
            "you tried? If it gets worse, call us.",
        ),
        (
            "Send a check-in",
            "Please fill in today’s check-in now, so that we see how you are in all. If you feel worse, "
            "call us.",
        ),
        (
            "Please call us",
            "We would like to talk with you about this. Please call us in our hours. At any other hour, call "
            "the 24-hour line.",
        ),
        (
            "Dates and visits",
            "We have passed your question on to the desk of the clinic. They will call you about the date.",
        ),
        ("Seen, nothing to do", "Thank you, we have read this. There is nothing that you need to do."),
    ),
    ReplyLanguage.SPANISH: (
        ("Le llamaremos", "Gracias. Hemos leído su mensaje. Uno de nosotros le llamará hoy."),
        (
            "Díganos más",
            "Gracias por escribirnos. Díganos más, por favor: ¿desde cuándo le pasa, cómo es de fuerte y qué "
            "ha probado? Si empeora, llámenos.",
        ),
        (
            "Envíe un registro",
            "Rellene ahora el registro de hoy, por favor, para que veamos cómo está en general. Si se "
            "siente peor, llámenos.",
        ),
        (
            "Llámenos, por favor",
            "Nos gustaría hablar con usted de esto. Llámenos en nuestro horario, por favor. A cualquier otra "
            "hora, llame a la línea de 24 horas.",
        ),
        (
            "Fechas y visitas",
            "Hemos pasado su pregunta a la recepción de la clínica. Le llamarán por la fecha.",
        ),
        ("Visto, nada que hacer", "Gracias, lo hemos leído. No tiene que hacer nada."),
    ),
}


def begin_with(team: CareTeam) -> int:
    """For a team that has none; what is there already stays. Returns how many there are to begin with."""
    replies = [
        CannedReply(team=team, language=language, title=title, body=body, place=place)
        for language, texts in STARTERS.items()
        for place, (title, body) in enumerate(texts, start=1)
    ]
    return len(CannedReply.objects.bulk_create(replies, ignore_conflicts=True))
