"""What hvac does with a server, and what it raises; `servers.sh` has the settings."""

import os

import hvac
import requests
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest, UnexpectedError

from judge import ADDRESS, CA, HISTORY, PLAIN, POLICY, TOKEN, done, equals, failed, holds, left_out, passed, raises

WRONG = "s.wrongwrongwrong"
CAS = "check-and-set parameter did not match the current version"


def client(token=TOKEN, **options):
    return hvac.Client(url=ADDRESS, token=token, verify=CA or True, **options)


root = client()
kv2 = root.secrets.kv.v2
kv1 = root.secrets.kv.v1


def read(path, of=None, **options):
    return (of or kv2).read_secret_version(path, raise_on_deleted_version=True, **options)["data"]


def put(path, fields, **options):
    return kv2.create_or_update_secret(path, fields, **options)["data"]


def server():
    system = root.sys
    holds("health, by HEAD", lambda came: came.status_code == 200 and not came.content, system.read_health_status)
    health = holds(
        "health, by GET",
        lambda came: came["initialized"] and not came["sealed"] and not came["standby"] and came["server_time_utc"] > 0,
        lambda: system.read_health_status(method="GET"),
    )
    holds("seal status", lambda came: came["sealed"] is False and came["version"] == health["version"], lambda: root.seal_status)
    equals("seal status: it is not sealed", False, system.is_sealed)
    equals("it is initialized", True, system.is_initialized)
    holds("leader", lambda came: came["ha_enabled"] is False, lambda: root.ha_status)
    holds("mounts", lambda came: came["data"]["secret/"]["options"]["version"] == "2" and came["secret/"]["type"] == "kv",
          system.list_mounted_secrets_engines)
    equals("mounts: an option of one", "2", lambda: system.retrieve_mount_option("secret", "version"))
    if CA:
        try:
            hvac.Client(url=ADDRESS, token=TOKEN).sys.read_health_status()
            failed("TLS: without the certificate of the authority", "an SSLError", "an answer")
        except requests.exceptions.SSLError:
            passed("TLS: without the certificate of the authority")


def tokens():
    own = root.auth.token
    equals("is_authenticated", True, root.is_authenticated)
    equals("is_authenticated: with a wrong token", False, client(WRONG).is_authenticated)
    equals("is_authenticated: with none", False, client("").is_authenticated)
    holds("lookup of itself", lambda came: "root" in came["data"]["policies"] and came["data"]["type"] == "service", own.lookup_self)
    made = holds("create", lambda came: came["auth"]["policies"] == ["default"] and came["auth"]["renewable"] is True,
                 lambda: own.create(policies=["default"], ttl="1h", display_name="lab", meta={"made": "here"}))["auth"]
    child, accessor = made["client_token"], made["accessor"]
    holds("lookup of another", lambda came: came["data"]["meta"] == {"made": "here"} and 0 < came["data"]["ttl"] <= 3600
          and came["data"]["display_name"] == "token-lab", lambda: own.lookup(child))
    holds("lookup by accessor", lambda came: came["data"]["accessor"] == accessor and came["data"]["id"] == "",
          lambda: own.lookup_accessor(accessor))
    raises("lookup of a wrong one", Forbidden, "bad token", lambda: own.lookup(WRONG))
    raises("lookup by an accessor that is none", InvalidRequest, "invalid accessor", lambda: own.lookup_accessor("none"))
    holds("renew of another", lambda came: came["auth"]["client_token"] == child and came["auth"]["lease_duration"] > 0,
          lambda: own.renew(child, increment="2h"))
    holds("renew by accessor", lambda came: came["auth"]["lease_duration"] > 0, lambda: own.renew_accessor(accessor, increment="2h"))
    holds("renew of itself", lambda came: came["auth"]["client_token"] == child,
          lambda: client(child).auth.token.renew_self(increment="2h"))
    raises("a token that may not read", Forbidden, "permission denied", lambda: read("hvac/app", client(child).secrets.kv.v2))
    done("revoke of another", lambda: own.revoke(child))
    raises("revoke: it is not known after", Forbidden, "permission denied", client(child).auth.token.lookup_self)
    made = own.create(policies=["default"])["auth"]
    done("revoke by accessor", lambda: own.revoke_accessor(made["accessor"]))
    equals("revoke by accessor: it is not known after", False, client(made["client_token"]).is_authenticated)
    child = own.create_orphan(policies=["default"])["auth"]["client_token"]
    holds("create of an orphan", lambda came: came["data"]["orphan"] is True, lambda: own.lookup(child))
    done("revoke of itself", client(child).auth.token.revoke_self)
    equals("revoke of itself: it is not known after", False, client(child).is_authenticated)
    mother = own.create(policies=["root"])["auth"]["client_token"]
    child = client(mother).auth.token.create(policies=["default"])["auth"]["client_token"]
    done("revoke of one with children", lambda: own.revoke(mother))
    equals("revoke of one with children: they are revoked with it", False, client(child).is_authenticated)
    holds("capabilities of itself", lambda came: came["data"]["capabilities"] == ["root"],
          lambda: root.sys.get_capabilities(["secret/data/hvac/app"]))


def values():
    fields = {"user": "app", "password": "pass/wörd \"1\"", "list": [1, 2.5, True, None, {"a": "b"}]}
    raises("read: what is not there", InvalidPath, "", lambda: read("hvac/app"))
    holds("create", lambda came: came["version"] == 1 and came["destroyed"] is False and came["deletion_time"] == "",
          lambda: put("hvac/app", fields))
    holds("read", lambda came: came["data"] == fields and came["metadata"]["version"] == 1
          and came["metadata"]["custom_metadata"] is None, lambda: read("hvac/app"))
    holds("read, as the client does by default from 3.0 on", lambda came: came["data"]["data"] == fields,
          lambda: kv2.read_secret("hvac/app", raise_on_deleted_version=False))
    equals("update", 2, lambda: put("hvac/app", {"user": "two", "password": "two"})["version"])
    equals("update: with a condition", 3, lambda: put("hvac/app", {"user": "three", "password": "three"}, cas=2)["version"])
    raises("update: with a condition that does not hold", InvalidRequest, CAS, lambda: put("hvac/app", {"user": "x"}, cas=2))
    raises("create: what is there", InvalidRequest, CAS, lambda: put("hvac/app", {"user": "x"}, cas=0))
    equals("create: what is not there", 1, lambda: put("hvac/cas", {"user": "x"}, cas=0)["version"])
    equals("patch", 4, lambda: kv2.patch("hvac/app", {"password": "four"})["data"]["version"])
    equals("patch: the rest is as it was", {"user": "three", "password": "four"}, lambda: read("hvac/app")["data"])
    raises("patch: what is not there", InvalidPath, "", lambda: kv2.patch("hvac/none", {"user": "x"}))
    put("hvac/deep/er/one", {"a": "1"})
    equals("list", ["app", "cas", "deep/"], lambda: kv2.list_secrets("hvac")["data"]["keys"])
    holds("list of the mount", lambda came: "hvac/" in came["data"]["keys"], lambda: kv2.list_secrets(""))
    equals("list, by GET", ["app", "cas", "deep/"],
           lambda: client(strict_http=True).secrets.kv.v2.list_secrets("hvac")["data"]["keys"])
    raises("list: a folder that is not there", InvalidPath, "", lambda: kv2.list_secrets("hvac/none"))
    put("hvac/a b&c/ü@1", {"a": "1"})
    equals("read: a name with spaces and more", {"a": "1"}, lambda: read("hvac/a b&c/ü@1")["data"])
    raises("read: with a wrong token", Forbidden, "permission denied", lambda: read("hvac/app", client(WRONG).secrets.kv.v2))
    raises("read: with no token", Forbidden, "permission denied", lambda: read("hvac/app", client("").secrets.kv.v2))
    holds("write, by the path of the API", lambda came: came["data"]["version"] == 1,
          lambda: root.write_data("secret/data/hvac/raw", data={"data": {"a": "1"}}))
    holds("read, by the path of the API", lambda came: came["data"]["data"] == {"a": "1"}, lambda: root.read("secret/data/hvac/raw"))
    holds("list, by the path of the API", lambda came: "raw" in came["data"]["keys"], lambda: root.list("secret/metadata/hvac"))
    raises("write: without data", InvalidRequest, "no data provided", lambda: root.write_data("secret/data/hvac/raw", data={}))
    holds("configuration", lambda came: came["data"]["cas_required"] is False and came["data"]["delete_version_after"] == "0s",
          kv2.read_configuration)
    if os.environ["SERVER"] != "openbao":
        raises("configuration: it is not changed here", UnexpectedError, "unsupported operation", lambda: kv2.configure(max_versions=5))
        raises("read: a mount that is not there", Forbidden, "no handler for route", lambda: read("a", mount_point="nowhere"))


def versions():
    raises("version: one that never was", InvalidPath, "", lambda: read("hvac/app", version=99))
    if HISTORY:
        equals("version: an older one", {"user": "two", "password": "two"}, lambda: read("hvac/app", version=2)["data"])
        done("delete of versions", lambda: kv2.delete_secret_versions("hvac/app", versions=[2, 3]))
        raises("delete of versions: it raises", InvalidPath, "", lambda: read("hvac/app", version=3))
        done("undelete", lambda: kv2.undelete_secret_versions("hvac/app", versions=[3]))
        equals("undelete: it is back", {"user": "three", "password": "three"}, lambda: read("hvac/app", version=3)["data"])
        done("destroy", lambda: kv2.destroy_secret_versions("hvac/app", versions=[3]))
    else:
        raises("version: an older one is not kept", InvalidPath, "", lambda: read("hvac/app", version=2))
        put("hvac/other", {"a": "1"})
        done("delete of versions", lambda: kv2.delete_secret_versions("hvac/other", versions=[1]))
        done("undelete", lambda: kv2.undelete_secret_versions("hvac/other", versions=[1]))
        raises("undelete: brings nothing back", InvalidPath, "", lambda: read("hvac/other"))
        put("hvac/other", {"a": "2"})
        done("destroy", lambda: kv2.destroy_secret_versions("hvac/other", versions=[2]))
        raises("destroy: it is gone", InvalidPath, "", lambda: read("hvac/other"))
    raises("delete of no versions", InvalidRequest, "No version number provided",
           lambda: root.write_data("secret/delete/hvac/app", data={"versions": []}))
    done("delete", lambda: kv2.delete_latest_version_of_secret("hvac/app"))
    gone = raises("deleted: it raises", InvalidPath, "", lambda: read("hvac/app"))
    holds("deleted: the error has the number", lambda came: came["data"]["data"] is None and came["data"]["metadata"]["version"] == 4,
          lambda: gone.json)
    holds("deleted: it does not raise where it is asked not to",
          lambda came: came["data"]["data"] is None and came["data"]["metadata"]["deletion_time"] != "",
          lambda: kv2.read_secret_version("hvac/app", raise_on_deleted_version=False))
    raises("what never was raises even so", InvalidPath, "",
           lambda: kv2.read_secret_version("hvac/none", raise_on_deleted_version=False))
    done("delete of everything", lambda: kv2.delete_metadata_and_all_versions("hvac/app"))
    raises("delete of everything: nothing is left", InvalidPath, "", lambda: kv2.read_secret_metadata("hvac/app"))


def metadata():
    notes = {"owner": "lab", "tier": "gold"}
    done("metadata: before there is a version", lambda: kv2.update_metadata("hvac/notes", custom_metadata=notes))
    holds("metadata: it is there", lambda came: came["data"]["current_version"] == 0 and came["data"]["custom_metadata"] == notes,
          lambda: kv2.read_secret_metadata("hvac/notes"))
    equals("metadata: with a version", notes, lambda: put("hvac/notes", {"a": "1"})["custom_metadata"])
    after = {"delete_version_after": "12h"} if HISTORY else {}
    done("metadata: a condition", lambda: kv2.update_metadata("hvac/notes", cas_required=True, **after))
    holds("metadata: what is set", lambda came: came["data"]["cas_required"] is True
          and came["data"]["delete_version_after"] == ("12h0m0s" if HISTORY else "0s")
          and came["data"]["custom_metadata"] == notes and list(came["data"]["versions"]) == ["1"]
          and came["data"]["versions"]["1"]["destroyed"] is False, lambda: kv2.read_secret_metadata("hvac/notes"))
    raises("metadata: the condition is asked for", InvalidRequest, "check-and-set parameter required",
           lambda: put("hvac/notes", {"a": "2"}))
    if HISTORY:
        done("metadata: how many are kept", lambda: kv2.update_metadata("hvac/notes", max_versions=2, cas_required=False))
        equals("metadata: that many", 2, lambda: kv2.read_secret_metadata("hvac/notes")["data"]["max_versions"])
    else:
        raises("metadata: how many are kept, which is one", UnexpectedError, "unsupported operation",
               lambda: kv2.update_metadata("hvac/notes", max_versions=2))
    raises("metadata: of what is not there", InvalidPath, "", lambda: kv2.read_secret_metadata("hvac/none"))


def plain():
    if not PLAIN:
        left_out("the mount of version 1, which this server has not")
        return
    mount = {"mount_point": PLAIN}
    raises("version 1: read what is not there", InvalidPath, "", lambda: kv1.read_secret("hvac/app", **mount))
    done("version 1: write", lambda: kv1.create_or_update_secret("hvac/app", {"user": "app", "n": 1}, **mount))
    holds("version 1: read", lambda came: came["data"] == {"user": "app", "n": 1} and came["lease_duration"] == 2764800,
          lambda: kv1.read_secret("hvac/app", **mount))
    done("version 1: write, by PUT", lambda: kv1.create_or_update_secret("hvac/two", {"user": "x"}, method="PUT", **mount))
    equals("version 1: list", ["app", "two"], lambda: kv1.list_secrets("hvac", **mount)["data"]["keys"])
    raises("version 1: write nothing", InvalidRequest, "missing data fields",
           lambda: kv1.create_or_update_secret("hvac/app", {}, method="PUT", **mount))
    done("version 1: delete", lambda: kv1.delete_secret("hvac/app", **mount))
    done("version 1: delete of what is not there", lambda: kv1.delete_secret("hvac/app", **mount))
    raises("version 1: it is gone", InvalidPath, "", lambda: kv1.read_secret("hvac/app", **mount))
    kv1.delete_secret("hvac/two", **mount)
    raises("version 1: a folder with nothing in it", InvalidPath, "", lambda: kv1.list_secrets("hvac", **mount))


def allowed(how, reader):
    """What the policy allows, and no more."""
    of = reader.secrets.kv.v2
    equals(f"{how}: what may be read", {"user": "db"}, lambda: read("hvac/open/db", of)["data"])
    equals(f"{how}: what may be listed", ["db"], lambda: of.list_secrets("hvac/open")["data"]["keys"])
    raises(f"{how}: what may be read, and is not there", InvalidPath, "", lambda: read("hvac/open/none", of))
    for step, call in {
        "read": lambda: read("hvac/closed/db", of),
        "read, and is not there": lambda: read("hvac/closed/none", of),
        "written": lambda: of.create_or_update_secret("hvac/open/db", {"user": "x"}),
        "deleted": lambda: of.delete_latest_version_of_secret("hvac/open/db"),
        "destroyed": lambda: of.destroy_secret_versions("hvac/open/db", [1]),
        "listed": lambda: of.list_secrets("hvac"),
        "asked for": reader.sys.list_mounted_secrets_engines,
    }.items():
        raises(f"{how}: what may not be {step}", Forbidden, "permission denied", call)


def rights():
    if not POLICY:
        left_out("what a policy allows, as this server has none of its own")
        return
    put("hvac/open/db", {"user": "db"})
    put("hvac/closed/db", {"user": "db"})
    token = root.auth.token.create(policies=[POLICY])["auth"]["client_token"]
    allowed("a policy", client(token))
    equals("capabilities of another", ["deny"],
           lambda: root.sys.get_capabilities(["secret/data/hvac/closed/db"], token=token)["data"]["capabilities"])
    holds("capabilities of a policy", lambda came: came["data"]["secret/data/hvac/open/db"] == ["read"],
          lambda: client(token).sys.get_capabilities(["secret/data/hvac/open/db", "secret/data/hvac/closed/db"]))


def log_ins():
    try:
        methods = root.sys.list_auth_methods()["data"]
    except (InvalidPath, Forbidden):
        methods = {}
    if "approle/" in methods and POLICY:
        user = client("")
        holds("approle", lambda came: POLICY in came["auth"]["policies"] and came["auth"]["metadata"]["role_name"] == "lab",
              lambda: user.auth.approle.login(os.environ["ROLE_ID"], os.environ["SECRET_ID"]))
        allowed("approle", user)
        raises("approle: a wrong secret id", InvalidRequest, "invalid role or secret ID",
               lambda: client("").auth.approle.login(os.environ["ROLE_ID"], "wrong-wrong-wrong-wrong"))
    else:
        left_out("approle, which is not among the methods of this server")
    if "userpass/" in methods and POLICY:
        user = client("")
        holds("userpass", lambda came: POLICY in came["auth"]["policies"] and came["auth"]["metadata"]["username"] == "lab",
              lambda: user.auth.userpass.login(os.environ["USERNAME"], os.environ["PASSWORD"]))
        allowed("userpass", user)
        raises("userpass: a wrong password", InvalidRequest, "invalid username or password",
               lambda: client("").auth.userpass.login(os.environ["USERNAME"], "wrong-wrong"))
    else:
        left_out("userpass, which is not among the methods of this server")


for part in (server, tokens, values, versions, metadata, plain, rights, log_ins):
    part()
