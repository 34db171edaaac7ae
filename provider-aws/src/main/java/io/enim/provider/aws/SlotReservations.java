package io.enim.provider.aws;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which slots attachments under way in this process have chosen, so that attaching several at once does not make them
 * race for one. Only a courtesy: EC2 decides, and a slot it says is taken is given up for the next.
 */
final class SlotReservations {
    private final Set<InterfaceSlot> reserved = ConcurrentHashMap.newKeySet();

    /** Chooses the first slot that is neither taken nor chosen; empty when there is none. */
    Optional<InterfaceSlot> reserve(List<InterfaceSlot> all, Collection<InterfaceSlot> taken) {
        return all.stream()
                .filter(interfaceSlot -> !taken.contains(interfaceSlot))
                .filter(reserved::add)
                .findFirst();
    }

    void release(InterfaceSlot interfaceSlot) {
        reserved.remove(interfaceSlot);
    }
}
