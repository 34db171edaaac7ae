// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.deviceplugin;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The messages of the kubelet's device plugin API that this plugin sends and reads. */
final class PluginMessages {
    static final String VERSION = "v1beta1";
    /** {@code Empty}, and options of which none is set. */
    static final byte[] EMPTY = {};

    private static final int CONTAINER_REQUESTS = (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private PluginMessages() {}

    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    /** {@code RegisterRequest}: {@code endpoint} is the name of the plugin's socket in the kubelet's directory. */
    static byte[] registration(String endpoint, String resource) {
        return message(out -> {
            out.writeString(1, VERSION);
            out.writeString(2, endpoint);
            out.writeString(3, resource);
        });
    }

    /** {@code ListAndWatchResponse}. A device keeps its id for good, so that a changed number ends no pod's device but the last. */
    static byte[] devices(DeviceCount count) {
        return message(out -> {
            for (int i = 1; i <= count.all(); i++) {
                String id = "slot-" + i;
                String health = i <= count.healthy() ? "Healthy" : "Unhealthy";
                out.writeByteArray(1, message(device -> {
                    device.writeString(1, id);
                    device.writeString(2, health);
                }));
            }
        });
    }

    /**
     * {@code AllocateResponse} to an {@code AllocateRequest}: each container gets nothing, since the ENI comes by CNI.
     *
     * @throws IOException the bytes are no such request
     */
    static byte[] allocation(byte[] request) throws IOException {
        int containers = 0;
        CodedInputStream in = CodedInputStream.newInstance(request);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == CONTAINER_REQUESTS) {
                containers++;
            }
            if (!in.skipField(tag)) {
                throw new IOException("a group ends that did not begin");
            }
        }
        int all = containers;
        return message(out -> {
            for (int i = 0; i < all; i++) {
                out.writeByteArray(1, EMPTY);
            }
        });
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes all bytes", e);
        }
        return bytes.toByteArray();
    }
}
