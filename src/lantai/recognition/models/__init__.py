"""The rows of recognition."""

from lantai.recognition.models.category import (
    AssumedValue,
    CategoryModel,
    FiledRecord,
    LearningRun,
    ModelState,
    RunState,
)
from lantai.recognition.models.condition import PageCondition, QualityLimit
from lantai.recognition.models.decision import BeforeDecision
from lantai.recognition.models.finding import FindingState, PageFinding
from lantai.recognition.models.opening import OpeningOpinion, OpeningProposalRow, OpeningRule, ReviewWord
from lantai.recognition.models.reading import PageReading, PageText, ReadingState
from lantai.recognition.models.seal import FoundSeal, FoundSignature, SealColour, SealModel, SealModelState, SealShape
from lantai.recognition.models.signature import FileSignature, SignatureForm, SignatureOutcome
from lantai.recognition.models.suggestion import DECIDED, Suggestion, SuggestionState
from lantai.recognition.models.table import PageTable, TableKind, TableVersion
from lantai.recognition.models.template import FormTemplate, TemplateState
from lantai.recognition.models.threshold import FieldThreshold

__all__ = [
    "DECIDED",
    "AssumedValue",
    "BeforeDecision",
    "CategoryModel",
    "FieldThreshold",
    "FileSignature",
    "FiledRecord",
    "FindingState",
    "FormTemplate",
    "FoundSeal",
    "FoundSignature",
    "LearningRun",
    "ModelState",
    "OpeningOpinion",
    "OpeningProposalRow",
    "OpeningRule",
    "PageCondition",
    "PageFinding",
    "PageReading",
    "PageTable",
    "PageText",
    "QualityLimit",
    "ReadingState",
    "ReviewWord",
    "RunState",
    "SealColour",
    "SealModel",
    "SealModelState",
    "SealShape",
    "SignatureForm",
    "SignatureOutcome",
    "Suggestion",
    "SuggestionState",
    "TableKind",
    "TableVersion",
    "TemplateState",
]
