// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.fasterxml.jackson.databind.JsonNode;
import io.enim.Cidr;
import io.enim.InvalidRequestException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import java.util.Locale;
import java.util.Optional;

/**
 * What does not change about a subnet.
 *
 * @param zone its zone as the API writes it; empty where it does not say
 */
record BceSubnet(String id, String zone, Optional<Cidr> ipv4, Optional<Cidr> ipv6) {
    static BceSubnet of(String id, JsonNode subnet) {
        return new BceSubnet(
                id, subnet.path("zoneName").asText(""), block(id, subnet, "cidr"), block(id, subnet, "ipv6Cidr"));
    }

    private static Optional<Cidr> block(String id, JsonNode subnet, String field) {
        String text = subnet.path(field).asText("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Cidr.parse(text));
        } catch (InvalidRequestException e) {
            throw new RetryableProviderException(
                    Refusal.OTHER, "", "GetSubnet " + id + ": its " + field + " cannot be read; ask again", e);
        }
    }

    Optional<Cidr> block(boolean ofIpv4) {
        return ofIpv4 ? ipv4 : ipv6;
    }

    /**
     * Whether it may be in this zone. One zone is written {@code zoneA} in one place and {@code cn-bj-a} in another;
     * within a region the last letter tells zones apart.
     */
    boolean mayBeIn(String nodeZone) {
        return zone.isEmpty() || nodeZone.isEmpty() || last(zone).equals(last(nodeZone));
    }

    private static String last(String text) {
        return text.substring(text.length() - 1).toLowerCase(Locale.ROOT);
    }
}
