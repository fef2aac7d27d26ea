"""A window of WebKitGTK for each tab, and nothing around it, under WebKitWebDriver.

WebKitGTK's own MiniBrowser has a toolbar, which is wider than a phone, one language, and nowhere to put what is downloaded.

Arguments: the folder for downloads, that for what the browser keeps ("" for a private window), the wanted languages with commas between them.
"""

import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

os.dup2(2, 1)  # the driver drops what is written to the first
downloads, profile, languages = sys.argv[1:4]

# Private storage of pages, which Safari has and WebKitGTK has not turned on.
AS_IN_SAFARI = {"FileSystem", "AccessHandle", "StorageAPI"}

if profile:
    kept = WebKit2.WebsiteDataManager(base_data_directory=profile + "/data", base_cache_directory=profile + "/cache")
else:
    kept = WebKit2.WebsiteDataManager.new_ephemeral()
context = WebKit2.WebContext(website_data_manager=kept)
context.set_automation_allowed(True)
context.set_preferred_languages(languages.split(","))


def save(download, name):
    download.set_destination("file://" + downloads + "/" + name)
    return True


def open_view(_session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    settings = view.get_settings()
    settings.set_enable_write_console_messages_to_stdout(True)
    features = WebKit2.Settings.get_all_features()
    for feature in (features.get(i) for i in range(features.get_length())):
        if feature.get_identifier() in AS_IN_SAFARI:
            settings.set_feature_enabled(feature, True)
    window = Gtk.Window()
    window.add(view)
    window.show_all()
    view.connect("close", lambda _view: window.destroy())
    return view


def begin(_context, session):
    about = WebKit2.ApplicationInfo()
    about.set_name("WebKitGTK")
    about.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    session.set_application_info(about)
    session.connect("create-web-view", open_view)


context.connect("download-started", lambda _context, download: download.connect("decide-destination", save))
context.connect("automation-started", begin)
Gtk.main()
