"""E-invoices under EN 16931: what one needs, UBL 2.1, and Factur-X with its CII file."""

from engine.documents.einvoice.factur_x import render_factur_x
from engine.documents.einvoice.problems import e_invoice_problems, not_installed
from engine.documents.einvoice.profiles import PROFILES, Profile, is_passed_over, profile_in
from engine.documents.einvoice.writing import render_cii, render_ubl

__all__ = ["PROFILES", "Profile", "e_invoice_problems", "is_passed_over", "not_installed", "profile_in", "render_cii", "render_factur_x", "render_ubl"]
