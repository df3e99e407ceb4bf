"""What an OFD says of itself: its metadata, what is attached to it, its custom tags, the facts of an invoice."""

from typing import Any

from lantai.kernel.errors import InvalidError
from lantai.recognition.adapters.documents.ofd_package import OfdPackage, child, children, local, text_of

MOST_LISTED = 200
MOST_LETTERS = 500
MOST_INVOICE_BYTES = 4 << 20
_ABOUT = {
    "Title": "title", "Author": "author", "Subject": "subject", "CreationDate": "created", "ModDate": "modified",
    "Creator": "creator", "CreatorVersion": "creator_version", "DocUsage": "usage", "DocID": "document_id",
}  # fmt: skip
INVOICE = {
    "invoicecode": "code", "invoiceno": "number", "invoicenumber": "number", "issuedate": "issued_on",
    "issuetime": "issued_on", "requesttime": "issued_on", "buyername": "buyer", "buyertaxid": "buyer_tax_id",
    "sellername": "seller", "sellertaxid": "seller_tax_id", "taxinclusivetotalamount": "total",
    "taxexclusivetotalamount": "total_before_tax", "taxtotalamount": "tax", "invoicecheckcode": "check_code",
    "totaltax-includedamount": "total", "totalamwithouttax": "total_before_tax", "totaltaxam": "tax",
    "buyeridnum": "buyer_tax_id", "selleridnum": "seller_tax_id", "eiid": "number",
}  # fmt: skip
"""Names of elements in the XML of electronic invoices (2019 OFD invoice, 2021 digital invoice), lower case."""


def about_file(package: OfdPackage, root: Any, documents: list[str]) -> dict[str, Any]:
    """Return the facts that stand in the file, without empty ones."""
    facts: dict[str, Any] = {}
    information = next((e for e in root.iter() if local(e) == "DocInfo"), None)
    if information is not None:
        facts |= {word: text_of(information, name)[:MOST_LETTERS] for name, word in _ABOUT.items()}
        facts["custom"] = _custom(information)
    for place in documents:
        document = package.xml(place)
        attachments = _attachments(package, document, place)
        facts.setdefault("attachments", []).extend(attachments)
        facts.setdefault("custom_tags", []).extend(_custom_tags(package, document, place))
        facts["invoice"] = facts.get("invoice") or _invoice(package, attachments)
    facts["invoice"] = facts.get("invoice") or _invoice_in_metadata(facts.get("custom", {}))
    return {word: value for word, value in facts.items() if value}


def _custom(information: Any) -> dict[str, str]:
    held = child(information, "CustomDatas")
    found = children(held, "CustomData")[:MOST_LISTED] if held is not None else []
    return {e.get("Name", "")[:80]: (e.text or "").strip()[:MOST_LETTERS] for e in found if e.get("Name")}


def _attachments(package: OfdPackage, document: Any, base: str) -> list[dict[str, Any]]:
    found = []
    for reference in children(document, "Attachments"):
        listing = package.found(reference.text or "", base)
        for attachment in children(_tree(package, listing), "Attachment")[:MOST_LISTED]:
            path = package.found(text_of(attachment, "FileLoc"), listing, base)
            found.append(
                {
                    "name": attachment.get("Name", "")[:200],
                    "format": attachment.get("Format", "")[:40],
                    "entry": path,
                    "size_bytes": _size(package, path),
                    "missing": not path,
                }
            )
    return found


def _size(package: OfdPackage, path: str) -> int:
    try:
        return len(package.read(path)) if path else 0
    except InvalidError:
        return 0


def _custom_tags(package: OfdPackage, document: Any, base: str) -> list[str]:
    found = []
    for reference in children(document, "CustomTags"):
        listing = package.found(reference.text or "", base)
        tags = children(_tree(package, listing), "CustomTag")[:MOST_LISTED]
        found += [(tag.get("TypeID") or tag.get("NameSpace") or text_of(tag, "FileLoc"))[:200] for tag in tags]
    return found


def _invoice(package: OfdPackage, attachments: list[dict[str, Any]]) -> dict[str, str]:
    """Return the facts of an attached invoice; an attachment that is no invoice gives none."""
    for attachment in attachments:
        path = attachment["entry"]
        if not path.lower().endswith(".xml") or attachment["size_bytes"] > MOST_INVOICE_BYTES:
            continue
        facts: dict[str, str] = {}
        tree = _tree(package, path)
        for element in tree.iter() if len(tree) else ():
            word = INVOICE.get(local(element).lower())
            if word and element.text and element.text.strip():
                facts.setdefault(word, element.text.strip()[:MOST_LETTERS])
        if "number" in facts or "total" in facts:
            return facts
    return {}


_METADATA = {
    "发票代码": "code", "发票号码": "number", "开票日期": "issued_on", "购买方名称": "buyer",
    "购买方纳税人识别号": "buyer_tax_id", "销售方名称": "seller", "销售方纳税人识别号": "seller_tax_id",
    "价税合计": "total", "合计金额": "total_before_tax", "合计税额": "tax", "校验码": "check_code",
}  # fmt: skip


def _invoice_in_metadata(custom: dict[str, str]) -> dict[str, str]:
    facts = {_METADATA[name]: value for name, value in custom.items() if name in _METADATA and value}
    return facts if "number" in facts else {}


def _tree(package: OfdPackage, path: str) -> Any:
    """Return the root of an entry; an empty element where it is missing or broken."""
    try:
        return package.xml(path) if path else ()
    except InvalidError:
        return ()
