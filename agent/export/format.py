"""What a session can be written as."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    PARQUET = "parquet"
    CSV = "csv"
    ELAN = "elan"
    BORIS = "boris"
    BIDS = "bids"
    OPENFACE = "openface"
    FHIR = "fhir"
    RERUN = "rerun"
    FAMILY = "family"
    SUMMARY = "summary"


TABLES = (Format.PARQUET, Format.CSV)
