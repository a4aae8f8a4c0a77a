"""Reads tables from a meter with Termineter's C12.18 library and prints one line of JSON.

Usage: termineter_read.py <serial path> <password in hex> <table,table,...> [--flip] [<number>:<hex> ...]
Procedures (number and parameters) are run before the tables are read.
With --flip one bit of every frame that is sent is turned over: the meter must not take it.
"""

import binascii
import json
import sys

from c1218.connection import Connection
from c1218.errors import C1218IOError, C1218ReadTableError, C1218WriteTableError
from c1219.access.general import C1219GeneralAccess
from c1219.errors import C1219ParseError

SERIAL = {
    "parity": "N",
    "baudrate": 9600,
    "bytesize": 8,
    "xonxoff": False,
    "interCharTimeout": None,
    "rtscts": False,
    "timeout": 2,
    "stopbits": 1,
    "dsrdtr": False,
    "writeTimeout": None,
}


def flip(connection):
    write = connection.serial_h.write

    def flipped(data):
        data = bytearray(data)
        if len(data) > 1:
            data[6] ^= 0x01
        return write(bytes(data))

    connection.serial_h.write = flipped


def understand(connection):
    """What the library's own reader of decade 0 makes of the tables."""
    try:
        general = C1219GeneralAccess(connection)
    except C1219ParseError as error:
        return {"error": str(error)}
    return {
        "manufacturer": general.manufacturer,
        "model": general.ed_model,
        "device": general.device_id,
        "serial": general.mfg_serial_no,
    }


def run(connection, procedure):
    number, parameters = procedure.split(":")
    try:
        result, response = connection.run_procedure(
            int(number), False, binascii.unhexlify(parameters)
        )
    except C1218WriteTableError as error:
        return {"number": int(number), "refused": error.code}
    return {
        "number": int(number),
        "result": result,
        "response": binascii.hexlify(response).decode(),
    }


def read(path, password, tables, flipping, procedures):
    connection = Connection(path, serial_settings=SERIAL, enable_cache=False)
    try:
        if flipping:
            flip(connection)
        connection.start()
        if not connection.login("0000", 0, password):
            return {"login": False}
        ran = [run(connection, procedure) for procedure in procedures]
        read_bytes = {}
        for table in tables:
            try:
                read_bytes[table] = binascii.hexlify(connection.get_table_data(table)).decode()
            except C1218ReadTableError as error:
                read_bytes[table] = "refused %d" % error.code
        return {
            "login": True,
            "procedures": ran,
            "tables": read_bytes,
            "meaning": understand(connection),
        }
    finally:
        try:
            connection.close()
        except C1218IOError:
            pass


def main():
    path, password, tables = sys.argv[1:4]
    try:
        result = read(
            path,
            binascii.unhexlify(password),
            [int(table) for table in tables.split(",")],
            "--flip" in sys.argv,
            [argument for argument in sys.argv[4:] if ":" in argument],
        )
    except C1218IOError as error:
        result = {"error": str(error)}
    print(json.dumps(result))


main()
