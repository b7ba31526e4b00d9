"""What the columns of guest lists are called, in the programs and languages that people have."""

from __future__ import annotations

import re
from enum import StrEnum

from core.contacts.headers import plain_header


class Field(StrEnum):
    """What a column says of a guest. `PARTY` counts the guest too, `PLUS` only who comes along."""

    NAME = "name"
    FIRST = "first"
    LAST = "last"
    PHONE = "phone"
    EMAIL = "email"
    HOUSEHOLD = "household"
    SIDE = "side"
    PARTY = "party"
    PLUS = "plus"
    CHILDREN = "children"
    DIET = "diet"
    TABLE = "table"
    STATUS = "status"
    NOTES = "notes"
    LABEL = "label"  # of the number or address in the column behind it


# English, Hebrew and Spanish, as `plain_header` writes them.
ALIASES: dict[str, Field] = {
    alias: field
    for field, aliases in {
        Field.NAME: "name,full name,display name,guest,guest name,invitee,contact,contact name,"
        "שם,שם מלא,שם המוזמן,שם האורח,אורח,מוזמן,nombre completo,nombre y apellidos,"
        "nombre y apellido,invitado,invitado a",
        Field.FIRST: "first name,given name,first,שם פרטי,nombre,nombre s,nombres",
        Field.LAST: "last name,surname,family name,last,שם משפחה,apellido,apellidos,apellido s",
        Field.PHONE: "phone,mobile,cell,cellphone,cell phone,phone number,mobile number,whatsapp,"
        "mobile phone,primary phone,home phone,home phone 2,business phone,business phone 2,"
        "other phone,company main phone,car phone,telephone,טלפון,נייד,טל,פלאפון,סלולרי,"
        "מספר טלפון,מספר נייד,טלפון נייד,ווטסאפ,וואטסאפ,telefono,tel,movil,celular,numero,"
        "numero de telefono",
        Field.EMAIL: "email,e mail,mail,email address,e mail address,אימייל,מייל,דואל,דוא ל,"
        "correo,correo electronico",
        Field.HOUSEHOLD: "household,family,party,group name,party name,group,משק בית,קבוצה,familia,"
        "grupo,nucleo",
        Field.SIDE: "side,bride groom,bride or groom,relationship,relation,tags,tag,category,"
        "categories,labels,group membership,circle,צד,חתן,כלה,חתן כלה,קרבה,קשר,קטגוריה,שיוך,"
        "lado,de parte de,novio novia,novio,novia,relacion,categoria",
        Field.PARTY: "party size,guests,number of guests,of guests,no of guests,total guests,"
        "seats,invited,headcount,כמות,כמות מוזמנים,כמות אורחים,מספר מוזמנים,מס מוזמנים,"
        "מספר אורחים,מס אורחים,מוזמנים,cantidad,no de invitados,n de invitados,"
        "numero de invitados,pases,lugares,cupos,asientos,invitados",
        Field.PLUS: "plus one,plus ones,1,additional guests,companions,companion,plus,מלווה,מלווים,"
        "בן בת זוג,בן זוג,בת זוג,פלוס אחד,acompanante,acompanantes,mas uno",
        Field.CHILDREN: "children,kids,ילדים,מספר ילדים,ninos,menores,hijos",
        Field.DIET: "meal,menu,dietary,diet,allergies,dietary restrictions,meal choice,מנה,סוג מנה,"
        "אלרגיות,כשרות,צמחוני,תזונה,alergias,intolerancias,dieta",
        Field.TABLE: "table,table number,table no,seating,שולחן,מס שולחן,מספר שולחן,mesa,"
        "no de mesa,n de mesa,numero de mesa",
        Field.STATUS: "rsvp,attending,status,response,confirmed,rsvp status,סטטוס,אישור הגעה,"  # noqa: RUF001
        "סטטוס הגעה,מגיע,מאשר,confirmado,confirmacion,asiste,asistencia,estado",  # noqa: RUF001
        Field.NOTES: "notes,note,comments,comment,remarks,הערות,הערה,notas,nota,observaciones,"
        "comentarios",
    }.items()
    for alias in aliases.split(",")
}
NUMBERED = re.compile(r"(?P<what>phone|e mail|email) \d+ (?P<part>value|label|type)")
OUTLOOK_MAIL = re.compile(r"e mail \d address")
FAMILY = "משפחה"  # a surname beside a first name, else a household
# Whose numbers are called first: exports have a column for each.
OFFICE = ("business", "work", "company", "main", "office", "car", "other")
MOBILE = ("mobile", "cell", "whatsapp", "נייד", "סלולרי", "פלאפון", "ווטסאפ", "movil", "celular")


def field_of(header: str) -> Field | None:
    """What the column is about, going by its header alone."""
    plain = plain_header(header)
    if match := NUMBERED.fullmatch(plain):
        if match["part"] != "value":
            return Field.LABEL
        return Field.PHONE if match["what"] == "phone" else Field.EMAIL
    return Field.EMAIL if OUTLOOK_MAIL.fullmatch(plain) else ALIASES.get(plain)


def settle(headers: list[str]) -> list[Field | None]:
    """Each column's field, where one header's meaning hangs on the others'."""
    fields = [field_of(header) for header in headers]
    plain = [plain_header(header) for header in headers]
    if FAMILY in plain:
        is_surname = Field.FIRST in fields and Field.LAST not in fields
        fields[plain.index(FAMILY)] = Field.LAST if is_surname else Field.HOUSEHOLD
    if Field.LAST not in fields and Field.NAME not in fields:
        fields = [Field.NAME if one is Field.FIRST else one for one in fields]
    return fields


def rank_of(words: str) -> int:
    """How gladly a number of that kind is used, the gladliest first."""
    plain = plain_header(words)
    if any(word in plain for word in MOBILE):
        return 0
    return 2 if any(word in plain for word in OFFICE) else 1
