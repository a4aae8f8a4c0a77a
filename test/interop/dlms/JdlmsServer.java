import java.util.HexFormat;
import org.openmuc.jdlms.AuthenticationMechanism;
import org.openmuc.jdlms.CosemAttribute;
import org.openmuc.jdlms.CosemClass;
import org.openmuc.jdlms.CosemInterfaceObject;
import org.openmuc.jdlms.DlmsServer;
import org.openmuc.jdlms.LogicalDevice;
import org.openmuc.jdlms.SecuritySuite;
import org.openmuc.jdlms.datatypes.DataObject;

/**
 * A DLMS server that nobody here wrote, for our client. Arguments: port, password, global unicast key and
 * authentication key in hexadecimal. It prints a line when it listens, and ends with its standard input.
 */
public class JdlmsServer {
    @CosemClass(id = 1)
    public static class Data extends CosemInterfaceObject {
        @CosemAttribute(id = 2, type = DataObject.Type.OCTET_STRING)
        private final DataObject value;

        public Data(String instance, byte[] bytes) {
            super(instance);
            this.value = DataObject.newOctetStringData(bytes);
        }
    }

    @CosemClass(id = 3)
    public static class Register extends CosemInterfaceObject {
        @CosemAttribute(id = 2, type = DataObject.Type.DOUBLE_LONG_UNSIGNED)
        private final DataObject value;

        public Register(String instance, long amount) {
            super(instance);
            this.value = DataObject.newUInteger32Data(amount);
        }
    }

    public static void main(String[] args) throws Exception {
        HexFormat hex = HexFormat.of();
        LogicalDevice device = new LogicalDevice(1, "MBJ0000000000001", "MBJ", 1L);
        device.setMasterKey(new byte[16]);
        device.registerCosemObject(
            new Data("0.0.96.1.0.255", "a server of jDLMS".getBytes("US-ASCII")),
            new Register("1.0.1.8.0.255", 123_456L));
        device.addRestriction(16, SecuritySuite.builder().build());
        device.addRestriction(17, SecuritySuite.builder()
            .setAuthenticationMechanism(AuthenticationMechanism.LOW)
            .setPassword(args[1].getBytes("US-ASCII"))
            .build());
        device.addRestriction(1, SecuritySuite.builder()
            .setAuthenticationMechanism(AuthenticationMechanism.HLS5_GMAC)
            .setEncryptionMechanism(SecuritySuite.EncryptionMechanism.AES_GCM_128)
            .setSecurityPolicy(SecuritySuite.SecurityPolicy.AUTHENTICATED_AND_ENCRYPTED)
            .setGlobalUnicastEncryptionKey(hex.parseHex(args[2]))
            .setAuthenticationKey(hex.parseHex(args[3]))
            .build());
        try (DlmsServer server = DlmsServer.tcpServerBuilder(Integer.parseInt(args[0]))
                .registerLogicalDevice(device)
                .build()) {
            System.out.println("listening");
            while (System.in.read() >= 0) {
                // Until whoever started it is gone.
            }
        }
    }
}
