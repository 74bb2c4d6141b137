"""Form B, production sites (Produktionsstandorte): one row per site and wave.

Source: DOMAIN list of the Bochum survey form; types, place types, case groups and profiles are
those of the project on urban production.
"""

from __future__ import annotations

from schemas.columns import Column, Form, Kind, Label, Level, column
from schemas.rules import SITE_RULES
from schemas.shared import PHOTO_REF, REMARKS, WHEN, WHERE

_SITE_ID = column(
    Kind.TEXT, "site_id", ("Standort-ID", "Site ID"),
    ("Kennung des Standorts, beim ersten Laden vergeben; sie bleibt über alle Wellen.",
     "Identity of the site, issued by the office at first load; it stays over all waves."),
    synonyms=("Standortnummer", "Standort-Nr.", "Standortkennung", "StandortID", "Betriebs-ID",
              "Betriebsnummer", "Betrieb-Nr.", "Betriebs-Nr.", "Objekt-ID", "Objektnummer",
              "Objekt-Nr.", "Site number", "Site no.", "Production site ID", "Object ID"),
    vague_synonyms=("ID",),
    level=Level.CORE, example="25-P0001",
)  # fmt: skip

_WHAT: tuple[Column, ...] = (
    column(
        Kind.TEXT, "business_name", ("Betriebsname", "Business name"),
        ("Name des Betriebs; intern.", "Name of the business; internal."),
        synonyms=("Name des Betriebs", "Betrieb", "Firma", "Firmenname", "Unternehmen", "Name",
                  "Name Betrieb", "Unternehmensname", "Company", "Company name", "Business",
                  "Bezeichnung", "Name der Firma"),
        level=Level.CORE, example="Tischlerei am Markt",
    ),
    column(
        Kind.CODE, "site_status", ("Betriebsstatus", "Site status"),
        ("Ob am Standort noch produziert wird.", "Whether the site still produces."),
        synonyms=("Status", "Status Betrieb", "Status des Betriebs", "Standortstatus",
                  "Business status", "Operating status", "Status des Standorts"),
        level=Level.CORE, is_key=True, is_public=True, code_list="site_status", default="AKTIV",
        example="aktiv",
    ),
    column(
        Kind.CODE, "production_type", ("Art der Produktion", "Type of production"),
        ("Urbane Manufaktur, Industrie oder Landwirtschaft.",
         "Urban manufactory, industry or agriculture."),
        synonyms=("Produktionsart", "Produktionstyp", "Art der Urbanen Produktion",
                  "Art Produktion", "Production type", "Produktionsform",
                  "Art der Urbanen Produktion (UP)"),
        vague_synonyms=("Typ", "Type", "Kategorie"),
        level=Level.CORE, is_key=True, is_public=True, code_list="production_type",
        example="Urbane Manufaktur",
    ),
    column(
        Kind.CODE, "place_type", ("Ortstyp", "Type of place"),
        ("Was für ein Ort der Standort ist.", "What kind of place the site is."),
        synonyms=("Art des Ortes", "Standorttyp", "Art des Standorts", "Place type", "Ort (Typ)",
                  "Standortart", "Räumlicher Typ", "Site type", "Typ des Ortes"),
        level=Level.CORE, is_public=True, code_list="place_type", example="Hinterhof",
    ),
    column(
        Kind.CODE, "case_group", ("Fallgruppe", "Case group"),
        ("Fallgruppe der Urbanen Produktion.", "Case group of urban production."),
        synonyms=("Fallgruppen", "Fallbeispielgruppe", "Fallgruppe UP", "Case", "Gruppe"),
        level=Level.DESK, is_public=True, code_list="case_group", example="Manufaktur",
    ),
    column(
        Kind.CODES, "profile", ("Betriebsprofil", "Business profile"),
        ("Selbstauskunft des Betriebs; mehrere möglich; in keiner Vorlage.",
         "The business's own statement; several possible; in no template."),
        synonyms=("Profil", "Unternehmensprofil", "Betriebsprofile", "Profile"),
        code_list="profile", example="sozial-ökologisch",
    ),
    column(
        Kind.CODE, "generation", ("klassisch/modern", "Traditional/modern"),
        ("Ob klassisch oder modern produziert wird.",
         "Whether production is traditional or modern."),
        synonyms=("klassisch oder modern", "Generation", "Produktionsweise", "modern/klassisch",
                  "Traditional or modern", "Klassisch - modern"),
        is_public=True, code_list="generation", example="klassisch",
    ),
    column(
        Kind.CODE, "wz_version", ("WZ-Fassung", "WZ version"),
        ("Fassung der Klassifikation der Wirtschaftszweige; nie stillschweigend umgeschlüsselt.",
         "Version of the German classification of economic activities; never recoded silently."),
        synonyms=("WZ Version", "Fassung WZ", "WZ-Ausgabe", "WZ-Stand", "NACE version",
                  "WZ-Version", "WZ-Jahr"),
        level=Level.DESK, is_public=True, code_list="wz_version", example="2008",
    ),
    column(
        Kind.WZ, "wz_code", ("WZ-Code", "WZ code"),
        ("Wirtschaftszweig, 2 bis 5 Stellen; veröffentlicht werden nur 2.",
         "Economic activity, 2 to 5 digits; only 2 are published."),
        synonyms=("WZ", "WZ-Nummer", "Wirtschaftszweig", "WZ-Schlüssel", "WZ 2008", "WZ2008",
                  "WZ 2025", "Branchenschlüssel", "NACE", "NACE code", "Branchencode", "WZ08"),
        level=Level.DESK, is_public=True, pattern=r"\d{2}(?:\.?\d){0,3}",
        example="31.01",
    ),
    column(
        Kind.TEXT, "products", ("Produkte", "Products"),
        ("Was hergestellt wird.", "What is made."),
        synonyms=("Produkt", "Erzeugnisse", "Hergestellte Produkte", "Produktion",
                  "Was wird produziert", "Product", "Goods", "Angebot", "Produktpalette"),
        level=Level.CORE, example="Möbel",
    ),
    column(
        Kind.CODE, "craft_class", ("Handwerk", "Craft"),
        ("Anlage der Handwerksordnung, zu der der Betrieb gehört.",
         "Annex of the German crafts code that the business belongs to."),
        synonyms=("Handwerksrolle", "Handwerksklasse", "Anlage HwO", "Handwerksordnung",
                  "Handwerk (HwO)", "Craft class", "Crafts", "HwO"),
        level=Level.DESK, is_public=True, code_list="craft_class", example="A",
    ),
    column(
        Kind.CODE, "employees_class", ("Beschäftigte", "Employees"),
        ("Zahl der Beschäftigten als Klasse.", "Number of employees as a class."),
        synonyms=("Mitarbeiter", "Mitarbeiterzahl", "Anzahl Beschäftigte", "Beschäftigtenzahl",
                  "Beschäftigtenklasse", "Mitarbeitende", "Zahl der Beschäftigten", "Staff",
                  "Number of employees", "Beschäftigtengrößenklasse", "MA", "Anzahl Mitarbeiter"),
        level=Level.DESK, is_public=True, code_list="employees_class", example="5 bis 9",
    ),
    column(
        Kind.DECIMAL, "floor_area_m2", ("Nutzfläche", "Floor area"),
        ("Nutzfläche des Standorts.", "Floor area of the site."),
        synonyms=("Betriebsfläche", "Produktionsfläche", "Gesamtfläche", "Nutzfl.", "Raumfläche",
                  "Usable area", "Gross area", "Fläche des Betriebs"),
        vague_synonyms=("Fläche", "Größe", "Area", "Size", "qm", "m²"),
        level=Level.DESK, is_public=True, unit="m²",
        unit_synonyms=("qm", "m2", "Quadratmeter", "sqm"), minimum=0, maximum=1_000_000,
        usual=(3, 100_000), example="150",
    ),
    column(
        Kind.CODE, "zoning", ("Baugebiet", "Zoning"),
        ("Baugebiet nach der Baunutzungsverordnung.",
         "Zone under the German land use ordinance."),
        synonyms=("Gebietstyp", "Baugebietstyp", "Gebietsart", "Art der baulichen Nutzung",
                  "BauNVO", "Gebietskategorie", "Zone", "Zoning type", "Baugebiet (BauNVO)"),
        is_public=True, code_list="zoning", example="MI",
    ),
)  # fmt: skip

_YES_NO: tuple[Column, ...] = tuple(
    column(
        Kind.CODE, name, title, description, synonyms=synonyms, level=Level.CORE, is_public=True,
        code_list="yes_no", example="ja",
    )
    for name, title, description, synonyms in (
        ("has_sales", ("Verkauf", "Sales"),
         ("Ob am Standort verkauft wird.", "Whether the site sells."),
         ("Verkauf vor Ort", "Direktverkauf", "Werksverkauf", "Ladenverkauf", "Sales on site",
          "Has sales", "Shop", "Verkauf (ja/nein)")),
        ("has_showroom", ("Showroom", "Showroom"),
         ("Ob es einen Ausstellungsraum gibt.", "Whether there is a showroom."),
         ("Ausstellungsraum", "Schauraum", "Ausstellung", "Has showroom", "Show room")),
        ("has_workshops", ("Workshops", "Workshops"),
         ("Ob Kurse oder Workshops angeboten werden.", "Whether courses or workshops are held."),
         ("Kurse", "Workshops/Kurse", "Workshop", "Kursangebot", "Courses", "Has workshops")),
        ("is_visible", ("einsehbar", "Visible"),
         ("Ob die Produktion von außen einsehbar ist.",
          "Whether production can be seen from outside."),
         ("Einsehbarkeit", "von außen einsehbar", "Produktion einsehbar", "Sichtbar",
          "Produktion sichtbar", "Is visible", "Visible production")),
    )
)  # fmt: skip

_EMISSIONS: tuple[Column, ...] = tuple(
    column(
        Kind.CODE, f"emission_{name}", title,
        (f"{title[0]} nach außen, 0 keine bis 3 stark, 9 nicht beurteilbar.",
         f"{title[1]} noticed outside, 0 none to 3 strong, 9 not assessable."),
        synonyms=synonyms, code_list="emission_level", example="1",
    )
    for name, title, synonyms in (
        ("noise", ("Lärm", "Noise"), ("Lärmemission", "Geräusche", "Emission Lärm", "Lautstärke")),
        ("odour", ("Geruch", "Odour"), ("Gerüche", "Geruchsemission", "Emission Geruch", "Odor",
                                        "Smell")),
        ("dust", ("Staub", "Dust"), ("Staubemission", "Emission Staub", "Stäube")),
        ("traffic", ("Verkehr", "Traffic"), ("Verkehrsaufkommen", "Lieferverkehr",
                                             "Emission Verkehr", "Verkehrsbelastung")),
    )
)  # fmt: skip

_TIES: tuple[Column, ...] = (
    column(
        Kind.CODE, "local_sourcing", ("Lokaler Bezug", "Local sourcing"),
        ("Wie viel Material aus der Stadt und Region kommt.",
         "How much material comes from the city and region."),
        synonyms=("Lokale Beschaffung", "Lokaler Einkauf", "Bezug lokal", "Regionaler Bezug",
                  "Lokale Rohstoffe", "Local supply"),
        level=Level.DESK, is_public=True, code_list="local_share", example="teilweise",
    ),
    column(
        Kind.CODE, "local_sales", ("Lokaler Absatz", "Local sales"),
        ("Wie viel in Stadt und Region verkauft wird.", "How much is sold in the city and region."),
        synonyms=("Absatz lokal", "Lokaler Verkauf", "Regionaler Absatz", "Lokaler Vertrieb",
                  "Local market"),
        level=Level.DESK, is_public=True, code_list="local_share", example="überwiegend",
    ),
    column(
        Kind.INTEGER, "founded_year", ("Gründungsjahr", "Year founded"),
        ("Jahr der Gründung des Betriebs.", "Year the business was founded."),
        synonyms=("Gegründet", "Gründung", "Jahr der Gründung", "Gegründet im Jahr", "Founded",
                  "Founded in", "Founding year", "Gründungsdatum"),
        minimum=1200, maximum=2100, usual=(1800, 2030), example="1998",
    ),
    column(
        Kind.CODE, "space_need", ("Flächenbedarf", "Needs space"),
        ("Ob der Betrieb Flächen sucht.", "Whether the business looks for space."),
        synonyms=("Bedarf an Fläche", "Sucht Fläche", "Erweiterungsbedarf", "Raumbedarf",
                  "Flächenbedarf (ja/nein)", "Space need", "Need for space", "Flächengesuch"),
        level=Level.DESK, is_public=True, code_list="yes_no", example="ja",
    ),
    column(
        Kind.DECIMAL, "space_need_min_m2", ("Flächenbedarf von", "Space needed from"),
        ("Kleinste gesuchte Fläche.", "Smallest space looked for."),
        synonyms=("Flächenbedarf min", "Flächenbedarf mindestens", "Mindestfläche",
                  "Gesuchte Fläche von", "Space need min", "Minimum space", "Bedarf von"),
        level=Level.DESK, is_public=True, unit="m²",
        unit_synonyms=("qm", "m2", "Quadratmeter", "sqm"), minimum=0, maximum=1_000_000,
        usual=(3, 50_000), example="80",
    ),
    column(
        Kind.DECIMAL, "space_need_max_m2", ("Flächenbedarf bis", "Space needed up to"),
        ("Größte gesuchte Fläche.", "Largest space looked for."),
        synonyms=("Flächenbedarf max", "Flächenbedarf höchstens", "Höchstfläche",
                  "Gesuchte Fläche bis", "Space need max", "Maximum space", "Bedarf bis"),
        level=Level.DESK, is_public=True, unit="m²",
        unit_synonyms=("qm", "m2", "Quadratmeter", "sqm"), minimum=0, maximum=1_000_000,
        usual=(3, 50_000), example="150",
    ),
)  # fmt: skip

PRODUCTION_SITES = Form(
    name="production_sites",
    title=Label("Produktionsstandorte", "Production sites"),
    grain=Label("eine Zeile je Standort und Welle", "one row per site and wave"),
    columns=(
        _SITE_ID, *WHEN, *WHERE, *_WHAT, *_YES_NO, *_EMISSIONS, *_TIES, PHOTO_REF, REMARKS,
    ),
    rules=SITE_RULES,
    object_column="site_id",
    object_prefix="P",
    current_view="production_sites",
    history_view="production_sites_history",
    sheet_names=(
        "produktionsstandorte", "produktionsstandort", "produktion", "betriebe", "standorte",
        "urbane produktion", "produktionsbetriebe", "production sites", "production site",
        "erhebung produktionsstandorte", "production",
    ),
)  # fmt: skip
