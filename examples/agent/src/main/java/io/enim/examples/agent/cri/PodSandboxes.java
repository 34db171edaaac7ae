// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cri;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The sandboxes that the runtime lists, read from a {@code runtime.v1.ListPodSandboxResponse}. Unknown fields are
 * skipped. A message that ends too early or is malformed is an error, never a shorter list.
 *
 * @param states each sandbox's state, by its id
 */
record PodSandboxes(Map<String, State> states) {
    /** {@code PodSandboxState}. */
    enum State {
        READY,
        NOT_READY
    }

    private static final int ITEMS = (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int ID = (1 << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int STATE = (3 << 3) | WireFormat.WIRETYPE_VARINT;
    private static final int SANDBOX_READY = 0;

    PodSandboxes {
        states = Map.copyOf(states);
    }

    /** @throws IOException the bytes are no such message */
    static PodSandboxes read(byte[] message) throws IOException {
        Map<String, State> states = new HashMap<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == ITEMS) {
                readSandbox(in.readByteArray(), states);
            } else {
                skip(in, tag, ITEMS);
            }
        }
        return new PodSandboxes(states);
    }

    private static void readSandbox(byte[] item, Map<String, State> states) throws IOException {
        String id = "";
        State state = State.READY;
        CodedInputStream in = CodedInputStream.newInstance(item);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == ID && id.isEmpty()) {
                id = in.readString();
            } else if (tag == STATE) {
                state = in.readInt64() == SANDBOX_READY ? State.READY : State.NOT_READY;
            } else {
                skip(in, tag, ID, STATE);
            }
        }
        if (id.isEmpty()) {
            throw new IOException("a sandbox without an id");
        }
        states.put(id, state);
    }

    /** Skips an unknown field; a known one that comes here has another wire type, or occurs twice. */
    private static void skip(CodedInputStream in, int tag, int... known) throws IOException {
        int field = WireFormat.getTagFieldNumber(tag);
        for (int each : known) {
            if (field == WireFormat.getTagFieldNumber(each)) {
                throw new IOException("unexpected field " + field + " with wire type " + (tag & 7));
            }
        }
        if (!in.skipField(tag)) {
            throw new IOException("a group ends that did not begin");
        }
    }

    Optional<State> state(String id) {
        return Optional.ofNullable(states.get(id));
    }
}
