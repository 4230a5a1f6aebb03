"""Codes of family X: documents, templates and translations; and of R what documents show of a seller."""

from engine.diagnostics.record import CodeInfo

TEMPLATE_SYNTAX = CodeInfo(
    "X101",
    "template-syntax",
    "error",
    "A template cannot be read",
    "A tag that is not closed or a misspelt keyword leaves it open what should be printed.",
    bad="<h1>{{ title </h1>",
    good="<h1>{{ title }}</h1>",
)
TEMPLATE_UNKNOWN_VALUE = CodeInfo(
    "X102",
    "template-unknown-value",
    "error",
    "A template asks for a value that the page does not have",
    "A document that leaves out a price without a word is worse than none, so a missing value is never printed as nothing.",
    bad="<h1>{{ titel }}</h1>",
    good="<h1>{{ title }}</h1>",
)
TEMPLATE_FORBIDDEN = CodeInfo(
    "X103",
    "template-forbidden",
    "error",
    "A template reaches for what is not its own",
    "Templates are given to customers and partners; they see the values of the page and nothing of the program or the machine.",
    bad="<h1>{{ ''.__class__ }}</h1>",
    good="<h1>{{ title }}</h1>",
)
TEMPLATE_TOO_EXPENSIVE = CodeInfo(
    "X104",
    "template-too-expensive",
    "error",
    "A template needs more time, memory or output than a document may take",
    "A template that repeats a text a thousand million times would hold up everything else on the machine.",
    bad="<h1>{{ 'x' * 10**9 }}</h1>",
    good="<h1>{{ '-' * 40 }}</h1>",
)
TEMPLATE_FAILED = CodeInfo(
    "X105",
    "template-failed",
    "error",
    "A template fails while it is rendered",
    "All values are texts that are already formatted; arithmetic with them, or a filter for numbers, cannot work.",
    bad="<h1>{{ title + 1 }}</h1>",
    good="<h1>{{ title }}</h1>",
)
TEMPLATE_PART_MISSING = CodeInfo(
    "X106",
    "template-part-missing",
    "error",
    "A template uses another one that there is not",
    "A template may extend the product's own page or use its blocks; it reads no other files.",
    bad='{% extends "sheets.html.j2" %}',
    good='{% extends "sheet.html.j2" %}',
)
TEMPLATE_NOT_TEXT = CodeInfo(
    "X107",
    "template-not-text",
    "error",
    "A template is not a text in UTF-8",
    "A template saved in another encoding would print wrong letters, or none.",
    bad="(a file saved as UTF-16)",
    good="(the same file saved as UTF-8)",
)
PDF_NOT_INSTALLED = CodeInfo(
    "X108",
    "pdf-not-installed",
    "error",
    "What makes PDF files is not installed",
    "PDF needs WeasyPrint and libraries of the system that shape letters and embed fonts; all other formats do without them.",
    bad="pip install pricebook",
    good="pip install 'pricebook[pdf]'",
)
PREVIEW_NOT_INSTALLED = CodeInfo(
    "X120",
    "preview-not-installed",
    "error",
    "What the preview needs is not installed",
    "The live page is served by Starlette and uvicorn and hears of saves from watchfiles; all other commands do without them.",
    bad="pip install pricebook",
    good="pip install 'pricebook[preview]'",
)
PDF_REACHES_OUTSIDE = CodeInfo(
    "X109",
    "pdf-reaches-outside",
    "error",
    "A page that becomes a PDF asks for something outside itself",
    "A template that may open files or addresses could print what is on the machine into a document that goes to customers.",
    bad='<img src="file:///etc/hostname" alt="The seller">',
    good='<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" alt="The seller">',
)
PROCESS_CANNOT_WORK = CodeInfo(
    "X110",
    "process-cannot-work",
    "error",
    "A part of the program cannot work on this machine",
    "Templates, their PDF files and e-invoices are worked on in processes of their own; where the machine gives one too little memory, or "
    "ends it, nothing is wrong with the book, the template or the invoice.",
    bad="a machine that gives a process 100 MB of memory, and a template that needs more",
    good="a template that needs less, or a machine that gives more",
)
LOGO_UNFIT = CodeInfo(
    "X111",
    "logo-unfit",
    "error",
    "A logo that documents cannot show",
    "Every document carries it whole, as a file of at most 200 kB that looks the same on each screen and on paper: an SVG of shapes (no letters, no "
    "filters), or a PNG.",
    bad='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><text y="15">Shop</text></svg>',
    good='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20z"/></svg>',
)
LOGO_ACTS = CodeInfo(
    "X112",
    "logo-acts",
    "error",
    "A logo that runs something, or asks for something outside itself",
    "A drawing may hold scripts and addresses; a document that goes to customers must not open the network, and looks the same in ten years.",
    bad='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><image href="https://shop.example/logo.png"/></svg>',
    good='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20z"/></svg>',
)
SELLER_IBAN = CodeInfo(
    "R136",
    "seller-iban-invalid",
    "warning",
    "A seller's IBAN that no bank would take",
    "Customers pay to the account that an invoice names; one wrong digit, and their payments come back. No QR code for payment is printed for it.",
    "seller: {name: Shop, country: DE, iban: DE02120300000000202015}",
    "seller: {name: Shop, country: DE, iban: DE02120300000000202051}",
)
LOGO_NOT_FOUND = CodeInfo(
    "R137",
    "logo-not-found",
    "error",
    "A logo whose file is not in the book's folder",
    "What a document shows belongs to the book: the file lies in its folder, is named relative to the rule file that names it, and is in its digest.",
    "seller: {name: Shop, logo: ../pictures/logo.svg}",
    "seller: {name: Shop, logo: logo.svg}",
)
NOT_ON_SHEET = CodeInfo(
    "X201",
    "item-not-on-sheet",
    "warning",
    "Something on sale that the price sheet shows no price of",
    "A price sheet is in the currency of the book: what has prices in other currencies only looks as if it were not sold.",
    "items: {seat: 1.00}, currency: USD  # the book's currency is EUR",
    "items: {seat: 1.00}, currency: EUR",
)
