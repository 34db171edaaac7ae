package io.enim.examples.agent.cri;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sandboxes that the runtime knows, as {@code ListPodSandboxResponse} of the CRI says it.
 *
 * @param states each sandbox's state, by its id
 */
record PodSandboxes(Map<String, State> states) {
    /** {@code PodSandboxState}. */
    enum State {
        READY,
        NOT_READY
    }

    // Field numbers of runtime.v1.ListPodSandboxResponse and runtime.v1.PodSandbox.
    private static final int ITEMS = 1;
    private static final int ID = 1;
    private static final int STATE = 3;
    private static final long SANDBOX_READY = 0;

    PodSandboxes {
        states = Map.copyOf(states);
    }

    /** @throws IOException it is no such message */
    static PodSandboxes read(byte[] message) throws IOException {
        Map<String, State> states = new HashMap<>();
        for (byte[] item : ProtobufReader.messages(message, ITEMS)) {
            List<byte[]> id = ProtobufReader.messages(item, ID);
            if (id.size() != 1 || id.get(0).length == 0) {
                throw new IOException("a sandbox without an id");
            }
            boolean ready = ProtobufReader.number(item, STATE) == SANDBOX_READY;
            states.put(new String(id.get(0), StandardCharsets.UTF_8), ready ? State.READY : State.NOT_READY);
        }
        return new PodSandboxes(states);
    }

    Optional<State> state(String id) {
        return Optional.ofNullable(states.get(id));
    }
}
