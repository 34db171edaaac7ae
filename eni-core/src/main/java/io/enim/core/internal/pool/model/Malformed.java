// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.Eni;
import io.enim.EniState;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.provider.CloudEni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A complete answer of the cloud, and which of its ENIs have values that cannot be. Such an ENI is left as it is, whatever the
 * answer says of it; the others are not concerned.
 *
 * @param sound by id
 * @param malformed why, by id
 * @param provesAbsence false when it is unknown which ENI a malformed entry means: it may be any that the answer lacks
 */
record Malformed(Map<String, CloudEni> sound, Map<String, String> malformed, boolean provesAbsence) {
    private static final String UNKNOWN = "an ENI without an id";

    /** Sorts an answer, which may contain nulls. */
    static Malformed in(List<@Nullable CloudEni> answer, PoolInventory inventory) {
        Map<String, CloudEni> sound = new HashMap<>();
        Map<String, String> malformed = new HashMap<>();
        for (CloudEni eni : answer) {
            String id = id(eni, inventory);
            Optional<String> why = why(eni).or(() -> changedMac(eni, inventory));
            if (why.isPresent()) {
                malformed.put(id, why.get());
            } else if (eni != null && sound.put(id, eni) != null) {
                malformed.put(id, "the answer has it twice");
            }
        }
        sound.keySet().removeAll(malformed.keySet());
        sharedMacs(sound, inventory).forEach((id, why) -> {
            sound.remove(id);
            malformed.put(id, why);
        });
        malformed.replaceAll((id, why) -> "the cloud describes it with values that cannot be: " + why);
        return new Malformed(sound, malformed, !malformed.containsKey(UNKNOWN));
    }

    /** Its id; of one without, that of the known ENI with its MAC. */
    private static String id(@Nullable CloudEni eni, PoolInventory inventory) {
        if (eni == null) {
            return UNKNOWN;
        }
        return eni.id().isBlank()
                ? inventory.enis.withMac(eni.mac()).map(PooledEni::id).orElse(UNKNOWN)
                : eni.id();
    }

    /** Why one ENI by itself is malformed; empty when it is not. */
    static Optional<String> why(@Nullable CloudEni eni) {
        if (eni == null) {
            return Optional.of("the answer has a null");
        }
        if (eni.id().isBlank()) {
            return Optional.of("it has no id");
        }
        try {
            if (eni.ipv4().isPresent() || eni.ipv6().isPresent()) {
                new Eni(
                        eni.id(),
                        eni.mac(),
                        eni.ipv4(),
                        eni.ipv6(),
                        eni.subnetId(),
                        eni.number(),
                        EniState.READY,
                        Optional.empty(),
                        "");
            }
            return Optional.empty();
        } catch (InvalidRequestException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> changedMac(@Nullable CloudEni eni, PoolInventory inventory) {
        PooledEni known = eni == null ? null : inventory.enis.get(eni.id());
        return known == null || eni == null
                ? Optional.empty()
                : known.mac()
                        .filter(before -> !before.equals(eni.mac()))
                        .map(before -> "its MAC was " + before + " and is now " + eni.mac());
    }

    /** Those of which another one here has the MAC; not the one that was known with it. */
    private static Map<String, String> sharedMacs(Map<String, CloudEni> sound, PoolInventory inventory) {
        Map<MacAddress, List<String>> byMac = new HashMap<>();
        sound.values().stream()
                .filter(inventory::isHere)
                .forEach(eni -> byMac.computeIfAbsent(eni.mac(), mac -> new ArrayList<>())
                        .add(eni.id()));
        Map<String, String> shared = new HashMap<>();
        byMac.forEach((mac, ids) -> ids.stream()
                .filter(id -> ids.size() > 1 && inventory.enis.get(id) == null)
                .forEach(id -> shared.put(id, "its MAC is that of several: " + ids)));
        return shared;
    }
}
