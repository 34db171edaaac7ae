// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.customprovider;

import io.enim.provider.OwnerTag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A simulated controller of a rack: ports with a label, each plugged into one slot of the machine or free. */
final class Rack {
    /**
     * A port.
     *
     * @param number consecutive number; MAC and address are derived from it
     * @param slot the slot it is plugged into; 0 if free
     */
    record Port(String id, int number, OwnerTag label, int slot) {
        Port in(int newSlot) {
            return new Port(id, number, label, newSlot);
        }
    }

    private final int slots;
    private final Map<String, Port> ports = new LinkedHashMap<>();
    private final Map<String, Port> requests = new LinkedHashMap<>();

    Rack(int slots) {
        this.slots = slots;
    }

    int slots() {
        return slots;
    }

    synchronized List<Port> ports() {
        return List.copyOf(ports.values());
    }

    synchronized Optional<Port> find(String id) {
        return Optional.ofNullable(ports.get(id));
    }

    /** The port of this request, created on the first call with this token. */
    synchronized Port request(String token, OwnerTag label) {
        Port known = requests.get(token);
        if (known != null) {
            return known;
        }
        int number = requests.size() + 1;
        Port created = new Port("port-" + number, number, label, 0);
        requests.put(token, created);
        ports.put(created.id(), created);
        return created;
    }

    /** Plugs a port in unless it is already; empty if all slots are taken. */
    synchronized Optional<Port> plug(String id) {
        Port port = ports.get(id);
        if (port == null || port.slot() > 0) {
            return Optional.ofNullable(port);
        }
        for (int slot = 1; slot <= slots; slot++) {
            int free = slot;
            if (ports.values().stream().noneMatch(other -> other.slot() == free)) {
                return change(id, each -> each.in(free));
            }
        }
        return Optional.empty();
    }

    /** Unplugs a port. */
    synchronized void pull(String id) {
        change(id, port -> port.in(0));
    }

    /** Deletes a port and returns true, unless it is plugged in. */
    synchronized boolean discard(String id) {
        Port port = ports.get(id);
        if (port != null && port.slot() > 0) {
            return false;
        }
        ports.remove(id);
        return true;
    }

    private Optional<Port> change(String id, UnaryOperator<Port> how) {
        return Optional.ofNullable(ports.computeIfPresent(id, (key, port) -> how.apply(port)));
    }
}
