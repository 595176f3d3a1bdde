"""Ten countries as made-up accounts need them: names, towns, company forms and the shapes of numbers. Data only.

In the shapes # is a digit and everything else stands for itself. Where a country keeps telephone numbers for fiction
(Ofcom, ARCEP, Bundesnetzagentur, ComReg, PTS), the phones are of those; a bank's code is zeros or XMPL.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """`vat` and `account` (what follows an IBAN's check digits) are shapes; `forms` stand behind a company's name."""

    code: str
    name: str
    forms: tuple[str, ...]
    towns: tuple[str, ...]
    streets: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    phones: tuple[str, ...]
    vat: str
    account: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


LATVIA = Country(
    "LV",
    "Latvia",
    _words("SIA SIA SIA AS"),
    _words(
        "LV-1010_Rīga LV-1050_Rīga LV-3401_Liepāja LV-2015_Jūrmala LV-4201_Valmiera LV-4101_Cēsis LV-3601_Ventspils"
    ),
    _words("Brīvības_iela Elizabetes_iela Tērbatas_iela Čaka_iela Kalna_iela Dārza_iela Skolas_iela Ģertrūdes_iela"),
    _words("Jānis Marta Andris Ilze Kārlis Līga Mārtiņš Anna Juris Kristīne Pēteris Dace Gundars Zane Edgars Inese"),
    _words(
        "Bērziņš Kalniņš Ozoliņa Jansons Liepiņa Krūmiņš Zariņa Balodis Eglītis Petersone Ķirsis Ābele Šmite Vītols"
    ),
    ("+371 2# ### ###", "+371 67 ### ###"),
    "LV###########",
    "XMPL#############",
)
LITHUANIA = Country(
    "LT",
    "Lithuania",
    _words("UAB UAB UAB MB"),
    _words("LT-01103_Vilnius LT-03110_Vilnius LT-44249_Kaunas LT-91247_Klaipėda LT-76294_Šiauliai LT-35185_Panevėžys"),
    _words("Gedimino_pr. Pilies_g. Vilniaus_g. Laisvės_al. Žalgirio_g. Taikos_pr. Ąžuolyno_g. Šv._Jono_g."),
    _words("Jonas Rūta Mindaugas Eglė Tomas Ieva Darius Austėja Vytautas Gintarė Paulius Živilė Lukas Jūratė"),
    _words("Kazlauskas Petrauskienė Jankauskas Žukauskaitė Butkus Stankevičius Šimkutė Urbonas Paulauskas Černiauskas"),
    ("+370 6## #####", "+370 5 2## ####"),
    "LT#########",
    "00000###########",
)
ESTONIA = Country(
    "EE",
    "Estonia",
    _words("OÜ OÜ OÜ AS"),
    _words("10111_Tallinn 10133_Tallinn 51003_Tartu 80010_Pärnu 30322_Kohtla-Järve 71020_Viljandi 65608_Võru"),
    _words("Pikk Viru Narva_maantee Rüütli Tartu_maantee Kuninga Võidu_puiestee Söe"),
    _words("Mari Jaan Kadri Priit Liis Toomas Õnne Märt Kristjan Piret Ülle Tanel Kaarel Triin"),
    _words("Tamm Saar Sepp Mägi Kask Kukk Rebane Õunapuu Jõgi Põder Lääne Kütt Väli Ots"),
    ("+372 5### ####", "+372 6## ####"),
    "EE#########",
    "0000############",
)
GERMANY = Country(
    "DE",
    "Germany",
    _words("GmbH GmbH GmbH AG UG KG"),
    _words("10115_Berlin 20095_Hamburg 80331_München 50667_Köln 01067_Dresden 90402_Nürnberg 70173_Stuttgart"),
    _words("Hauptstraße Gartenweg Lindenstraße Schillerstraße Am_Markt Mühlenweg Königsallee Bäckergasse"),
    _words("Anna Lukas Jürgen Käthe Björn Miriam Stefan Sabine Günter Jörg Ulrike Felix Heike Anneliese"),
    _words("Müller Schmidt Weiß Schäfer Köhler Groß Jäger Vogel Bauer Schröder Krüger Böhm Ziegler Strauß Maier"),
    ("+49 30 23125 ###", "+49 69 90009 ###", "+49 40 66969 ###", "+49 221 4710 ###"),
    "DE#########",
    "00000000##########",
)
SPAIN = Country(
    "ES",
    "Spain",
    _words("S.L. S.L. S.L. S.A."),
    _words("28013_Madrid 08002_Barcelona 46002_València 41001_Sevilla 15001_A_Coruña 48001_Bilbao 29015_Málaga"),
    _words("Calle_Mayor Gran_Vía Calle_de_Alcalá Rambla_Nova Avenida_de_la_Constitución Plaza_España Calle_Peñón"),
    _words("María José Lucía Íñigo Carmen Javier Begoña Andrés Nuria Álvaro Inés Joaquín Sofía Raúl"),
    _words("García Fernández López Muñoz Núñez Ibáñez Peña Gutiérrez Castaño Vázquez Rodríguez Ordóñez Martín Marín"),
    ("+34 6## ### ###", "+34 91 ### ## ##"),
    "ESB########",
    "0000############0000",
)
FRANCE = Country(
    "FR",
    "France",
    _words("SARL SARL SAS SA"),
    _words(
        "75011_Paris 69002_Lyon 13001_Marseille 31000_Toulouse 67000_Strasbourg 33000_Bordeaux 29200_Brest 06000_Nice"
    ),
    _words(
        "rue_de_la_République rue_des_Écoles boulevard_Voltaire place_du_Marché avenue_Général-Leclerc quai_des_Brumes"
    ),
    _words("Zoé Hélène François Jérôme Chloé Benoît Élodie Gaëlle Étienne Anaïs Rémi Noémie Cédric Maëlle"),
    _words("Lefèvre Dupont Lemaître Garçon D'Artois L'Huillier Besançon Prévost Côté Béranger Durand Moreau N'Diaye"),
    ("+33 1 99 00 ## ##", "+33 2 61 91 ## ##", "+33 3 53 01 ## ##", "+33 4 65 71 ## ##", "+33 5 36 49 ## ##"),
    "FR###########",
    "0000000000###########00",
)
UNITED_KINGDOM = Country(
    "GB",
    "United Kingdom",
    _words("Ltd Ltd Ltd LLP PLC"),
    _words("London_EC1A_1BB Manchester_M1_1AE Bristol_BS1_4DJ Leeds_LS1_4AP Cardiff_CF10_1EP Edinburgh_EH1_1YZ"),
    _words("High_Street King's_Road Station_Road Church_Lane Queen_Street Mill_Lane St_Mary's_Close The_Crescent"),
    _words("Oliver Amelia Siân George Isla Rhys Zoë Harriet Callum Niamh Alistair Beth Imogen Tom"),
    _words(
        "Smith O'Neill Hughes MacDonald Taylor-Reid Evans Fletcher Wright D'Arcy Campbell Ashworth Barnes Wood Reid"
    ),
    ("+44 20 7946 0###", "+44 161 496 0###", "+44 117 496 0###", "+44 113 496 0###", "+44 29 2018 0###"),
    "GB#########",
    "XMPL000000########",
)
IRELAND = Country(
    "IE",
    "Ireland",
    _words("Ltd Ltd DAC Teoranta"),
    _words("Dublin_D02_X285 Dublin_D08_XY01 Cork_T12_W8XR Galway_H91_E2R1 Limerick_V94_N8X7 Waterford_X91_PD43"),
    _words("Main_Street Grafton_Street Patrick_Street Sráid_an_Chaisleáin Bridge_Street O'Connell_Street The_Quay"),
    _words("Aoife Seán Niamh Pádraig Ciarán Sinéad Róisín Conor Máire Oisín Gráinne Eoin Caoimhe Declan"),
    _words("O'Brien Ó_Súilleabháin Murphy O'Sullivan Byrne Kelly Ní_Dhomhnaill McCarthy Walsh Doyle Fitzgerald O'Shea"),
    ("+353 20 910 ####", "+353 20 911 ####", "+353 20 912 ####"),
    "IE#######WA",
    "XMPL000000########",
)
POLAND = Country(
    "PL",
    "Poland",
    ("Sp. z o.o.", "Sp. z o.o.", "S.A.", "Sp. j."),
    _words("00-001_Warszawa 30-001_Kraków 80-001_Gdańsk 50-001_Wrocław 90-001_Łódź 61-001_Poznań 87-100_Toruń"),
    _words("ul._Długa ul._Świętojańska ul._Piotrkowska al._Jerozolimskie ul._Żeromskiego ul._Łąkowa ul._Słoneczna"),
    _words("Łukasz Małgorzata Paweł Żaneta Michał Agnieszka Stanisław Zofia Grzegorz Bożena Jędrzej Kasia Piotr"),
    _words("Wójcik Kowalski Wiśniewska Dąbrowski Zając Łapiński Żak Świątek Grabowska Pająk Kaczmarek Źrebiec Nowak"),
    ("+48 5## ### ###", "+48 22 ### ## ##"),
    "PL##########",
    "00000000################",
)
SWEDEN = Country(
    "SE",
    "Sweden",
    _words("AB AB AB HB"),
    _words("111_20_Stockholm 411_03_Göteborg 211_22_Malmö 753_10_Uppsala 903_26_Umeå 702_10_Örebro 582_22_Linköping"),
    _words("Drottninggatan Storgatan Kungsgatan Västra_Hamngatan Ågatan Skolgatan Björkvägen Södra_vägen"),
    _words("Åsa Björn Märta Göran Linnéa Håkan Annika Sören Malin Örjan Freja Nils Elsa Lars"),
    _words("Åkesson Lindström Sjöberg Öberg Bergqvist Hägg Nyström Ekdahl Söderlund Ljung Wallén Karlsson Ahlgren"),
    ("+46 8 465 004 ##", "+46 31 390 06 ##", "+46 40 628 04 ##", "+46 980 319 2##"),
    "SE##########01",
    "000##############000",
)

COUNTRIES = (LATVIA, LITHUANIA, ESTONIA, GERMANY, SPAIN, FRANCE, UNITED_KINGDOM, IRELAND, POLAND, SWEDEN)

PLACES = _words(
    "Baltic Nordic Amber Harbour Old_Town Riverside Northern Alpine Atlantic Hanseatic Green Blue Silver Golden "
    "Little Grand Bright Quiet Wild Twin Copper Juniper Birch Oak Linden Fjord Meadow Lighthouse Corner Island Sunny "
    "Royal Urban Coastal Granite Ivory Velvet Crimson Maple Willow Raven Heron Otter Fox Bison Lynx Swift"
)
TRADES = _words(
    "Coffee Books Bakery Bikes Yoga Travel Furniture Ceramics Flowers Cosmetics Wines Cheese Toys Pharmacy Dental "
    "Optics Photo Print Design Studio Software Consulting Logistics Energy Timber Textiles Shoes Jewellery Records "
    "Cinema Theatre Museum Gallery Events Catering Cycling Fitness Sailing Camping Garden Pets Tea Chocolate Honey "
    "Brewery Kitchen Interiors Lighting Tools Motors Insurance Property Legal Accounting Language_School Academy"
)
LISTS = _words(
    "Newsletter Customers Trial_users Webinar_2024 Christmas_offers Members Press Partners Spring_sale Black_Friday "
    "VIP Abandoned_baskets Event_guests Loyalty_club New_arrivals Monthly_digest Wholesale Waiting_list Alumni"
)
