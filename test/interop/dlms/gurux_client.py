"""Drives Gurux's DLMS client (GPL-2.0, run beside the project) against a meter.

Reads one JSON object on standard input (keys and passwords stay out of process lists), writes one.
"""
import datetime
import json
import socket
import sys

from gurux_dlms import GXByteBuffer, GXDateTime, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, ObjectType, Security
from gurux_dlms.objects import (
    GXDLMSClock,
    GXDLMSImageTransfer,
    GXDLMSProfileGeneric,
    GXDLMSRegister,
)
from gurux_dlms.secure import GXDLMSSecureClient


class Peer:
    def __init__(self, asked):
        kind = InterfaceType.HDLC if asked["interface"] == "hdlc" else InterfaceType.WRAPPER
        level = {
            "none": Authentication.NONE,
            "low": Authentication.LOW,
            "high-gmac": Authentication.HIGH_GMAC,
        }[asked["authentication"]]
        password = asked.get("password")
        self.client = GXDLMSSecureClient(
            True, asked["client"], 1, level, password.encode() if password else None, kind
        )
        if "encryptionKey" in asked:
            ciphering = self.client.ciphering
            ciphering.security = Security.AUTHENTICATION_ENCRYPTION
            ciphering.systemTitle = bytes.fromhex(asked["systemTitle"])
            ciphering.blockCipherKey = bytes.fromhex(asked["encryptionKey"])
            ciphering.authenticationKey = bytes.fromhex(asked["authenticationKey"])
            ciphering.invocationCounter = asked["counter"]
        self.socket = socket.create_connection((asked["host"], asked["port"]), 10)
        self.socket.settimeout(10)

    def exchange(self, data, reply):
        """One request and all the frames of its answer."""
        frames = data if isinstance(data, list) else [data]
        for frame in frames:
            reply.clear()
            self.one(frame, reply)
            while reply.isMoreData():
                more = None if reply.isStreaming() else self.client.receiverReady(reply)
                self.one(more, reply)

    def one(self, frame, reply):
        if not frame:
            return
        self.socket.sendall(bytes(frame))
        buffer = GXByteBuffer()
        notify = GXReplyData()
        while True:
            got = self.socket.recv(4096)
            if not got:
                raise ConnectionError("the meter closed the connection")
            buffer.set(got)
            if self.client.getData(buffer, reply, notify):
                break
        if reply.error:
            from gurux_dlms import GXDLMSException

            raise GXDLMSException(reply.error)

    def connect(self):
        reply = GXReplyData()
        snrm = self.client.snrmRequest()
        if snrm:
            self.exchange(snrm, reply)
            self.client.parseUAResponse(reply.data)
        self.exchange(self.client.aarqRequest(), reply)
        self.client.parseAareResponse(reply.data)
        if self.client.isAuthenticationRequired:
            self.exchange(self.client.getApplicationAssociationRequest(), reply)
            self.client.parseApplicationAssociationResponse(reply.data)

    def read(self, item, attribute):
        reply = GXReplyData()
        self.exchange(self.client.read(item, attribute), reply)
        return self.client.updateValue(item, attribute, reply.value)

    def objects(self):
        reply = GXReplyData()
        self.exchange(self.client.getObjectsRequest(), reply)
        return self.client.parseObjects(reply.data, True)

    def rows(self, profile, begin, end):
        reply = GXReplyData()
        self.exchange(self.client.readRowsByRange(profile, begin, end), reply)
        return self.client.updateValue(profile, 2, reply.value)

    def image(self, identification, image):
        reply = GXReplyData()
        item = GXDLMSImageTransfer("0.0.44.0.0.255")
        self.read(item, 2)
        self.exchange(item.imageTransferInitiate(self.client, identification, len(image)), reply)
        blocks = [image[at : at + item.imageBlockSize] for at in range(0, len(image), item.imageBlockSize)]
        for block in item.imageBlockTransfer(self.client, image, [len(blocks)]):
            self.exchange(block, reply)
        self.exchange(item.imageVerify(self.client), reply)
        verified = self.read(item, 6)
        self.exchange(item.imageActivate(self.client), reply)
        return int(verified)

    def close(self):
        reply = GXReplyData()
        release = self.client.releaseRequest()
        if release:
            self.exchange(release, reply)
        self.socket.close()


def run(asked):
    peer = Peer(asked)
    peer.connect()
    told = {}
    objects = peer.objects()
    told["objects"] = [[int(one.objectType), one.logicalName] for one in objects]
    clock = GXDLMSClock("0.0.1.0.0.255")
    peer.read(clock, 2)
    told["clock"] = clock.time.value.timestamp()
    register = GXDLMSRegister("1.0.1.8.0.255")
    peer.read(register, 3)
    peer.read(register, 2)
    told["energy"] = register.value
    profile = GXDLMSProfileGeneric("1.0.99.1.0.255")
    peer.read(profile, 3)
    now = clock.time.value
    rows = peer.rows(profile, now - datetime.timedelta(hours=2), now)
    told["rows"] = len(rows)
    told["last"] = int(rows[-1][2]) if rows else None
    if "image" in asked:
        told["imageStatus"] = peer.image(asked["identification"], bytes.fromhex(asked["image"]))
    else:
        peer.close()
    return told


try:
    print(json.dumps({"done": run(json.load(sys.stdin))}))
except Exception as error:  # what went wrong is the answer
    print(json.dumps({"failed": f"{type(error).__name__}: {error}"}))
