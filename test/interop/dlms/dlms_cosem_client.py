"""Drives the client of dlms-cosem 21.3.2 (MIT) against a meter; JSON in and out as gurux_client.py."""
import json
import sys

from dlms_cosem import cosem, enumerations, utils
from dlms_cosem.clients.dlms_client import DlmsClient


def run(asked):
    methods = {
        "none": None,
        "low": enumerations.AuthenticationMechanism.LLS,
        "high-gmac": enumerations.AuthenticationMechanism.HLS_GMAC,
    }
    options = {"authentication_method": methods[asked["authentication"]]}
    if "password" in asked:
        options["password"] = asked["password"].encode()
    if "encryptionKey" in asked:
        options.update(
            encryption_key=bytes.fromhex(asked["encryptionKey"]),
            authentication_key=bytes.fromhex(asked["authenticationKey"]),
            client_system_title=bytes.fromhex(asked["systemTitle"]),
            client_initial_invocation_counter=asked["counter"],
        )
    client = DlmsClient.with_tcp_transport(
        host=asked["host"],
        port=asked["port"],
        client_logical_address=asked["client"],
        server_logical_address=1,
        block_transfer=True,
        **options,
    )
    told = {}
    with client.session() as session:

        def get(interface, name, attribute):
            item = cosem.CosemAttribute(interface, cosem.Obis(*name), attribute)
            return utils.parse_as_dlms_data(session.get(item))

        interfaces = enumerations.CosemInterface
        told["objects"] = [
            [int(one[0]), ".".join(str(octet) for octet in one[2])]
            for one in get(interfaces.ASSOCIATION_LN, (0, 0, 40, 0, 0), 2)
        ]
        told["clock"] = bytes(get(interfaces.CLOCK, (0, 0, 1, 0, 0), 2)).hex()
        told["energy"] = get(interfaces.REGISTER, (1, 0, 1, 8, 0), 2)
    return told


try:
    print(json.dumps({"done": run(json.load(sys.stdin))}))
except Exception as error:  # what went wrong is the answer
    print(json.dumps({"failed": f"{type(error).__name__}: {error}"}))
