"""The documentation site: pages in MyST, notebooks run as they are built."""

import importlib.metadata

project = "parindex"
author = "The parindex authors"
release = importlib.metadata.version("parindex")
language = "vi"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["**/.ipynb_checkpoints"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3

# Every example runs anew, and a page whose example fails is not built.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
# Lines of progress are for those who wait.
nb_output_stderr = "remove"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False

html_theme = "furo"
html_title = "parindex"
html_static_path = ["static"]
html_css_files = ["parindex.css"]
html_show_copyright = False
