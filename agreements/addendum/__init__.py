"""The addendum (C13): the terms in force for one client's subscription, written as a document that two parties sign.

Pure: no Django, no database, no clock. `write` gives plain content; the page, the PDF and the API show that content and
nothing else, so they cannot disagree.
"""

from agreements.addendum.contents import Addendum, write
from agreements.addendum.contract import Contract
