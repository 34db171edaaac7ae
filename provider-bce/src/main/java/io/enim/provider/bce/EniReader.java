// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import com.fasterxml.jackson.databind.JsonNode;
import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.OwnerTag;
import io.enim.provider.support.EventualVisibility;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads an ENI as BCE writes it, in a list or alone. Unknown fields and states are taken as they come. */
final class EniReader {
    private static final Logger LOG = LoggerFactory.getLogger(EniReader.class);
    private static final int MAX_MACS = 10_000;

    private final OwnerTag ownerTag;
    private final String instanceId;
    private final Subnets subnets;
    private final GatewayResolver gateways;
    private final EventualVisibility visibility;
    private final Map<String, MacAddress> macs = new ConcurrentHashMap<>();

    EniReader(
            OwnerTag ownerTag,
            String instanceId,
            Subnets subnets,
            GatewayResolver gateways,
            EventualVisibility visibility) {
        this.ownerTag = ownerTag;
        this.instanceId = instanceId;
        this.subnets = subnets;
        this.gateways = gateways;
        this.visibility = visibility;
    }

    /** Whether its name is one of ours, and it is of the kind ENIM makes: others carry RDMA and are not used. */
    boolean isOurs(JsonNode eni) {
        String mode = eni.path("networkInterfaceTrafficMode").asText("");
        return EniNames.isOf(ownerTag, eni.path("name").asText(""))
                && (mode.isEmpty() || mode.equalsIgnoreCase("standard"));
    }

    static Status status(JsonNode eni) {
        return switch (eni.path("status").asText("").toLowerCase(Locale.ROOT)) {
            case "available" -> Status.AVAILABLE;
            case "attaching", "binding" -> Status.ATTACHING;
            case "inuse" -> Status.ATTACHED;
            case "detaching", "unbinding" -> Status.DETACHING;
            default -> Status.OTHER;
        };
    }

    /** The instance it belongs to now; a free one may still name the last. */
    private static Optional<String> instance(JsonNode eni) {
        String id = eni.path("instanceId").asText("");
        return id.isEmpty() || status(eni) == Status.AVAILABLE ? Optional.empty() : Optional.of(id);
    }

    /** Whether it belongs to this instance. */
    boolean isHere(JsonNode eni) {
        return instance(eni).filter(instanceId::equals).isPresent();
    }

    /** Whether an ENI of this id was read, with its MAC. */
    boolean knows(String id) {
        return macs.containsKey(id);
    }

    /**
     * The ENI; empty as long as the cloud has shown no MAC of it, since without one it has no use. A MAC never changes,
     * and answers were seen to leave it out for a moment, so it is remembered.
     */
    Optional<CloudEni> read(JsonNode eni) {
        String id = eni.path("eniId").asText("");
        Optional<MacAddress> mac = mac(eni, id).or(() -> Optional.ofNullable(macs.get(id)));
        mac.ifPresent(known -> {
            visibility.seen(id);
            if (macs.size() >= MAX_MACS) {
                // Forgetting costs an ENI that shows no MAC its place in one list; it is back with its MAC.
                macs.clear();
            }
            macs.put(id, known);
        });
        return mac.map(known -> read(eni, id, known));
    }

    private static Optional<MacAddress> mac(JsonNode eni, String id) {
        String text = eni.path("macAddress").asText("");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(MacAddress.parse(text));
        } catch (InvalidRequestException e) {
            LOG.warn("{}: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private CloudEni read(JsonNode eni, String id, MacAddress mac) {
        String subnetId = eni.path("subnetId").asText("");
        Status status = status(eni);
        Optional<MacAddress> attached = Optional.of(mac).filter(it -> status == Status.ATTACHED && isHere(eni));
        return new CloudEni(
                id,
                status,
                mac,
                primary(eni.path("privateIpSet")).flatMap(text -> address(id, subnetId, text, attached)),
                primary(eni.path("ipv6PrivateIpSet")).flatMap(text -> address(id, subnetId, text, attached)),
                subnetId,
                0,
                instance(eni),
                Optional.of(ownerTag),
                created(eni));
    }

    /** The one called primary, else the first: BCE calls every IPv6 address secondary. */
    private static Optional<String> primary(JsonNode addresses) {
        return StreamSupport.stream(addresses.spliterator(), false)
                .filter(each -> !each.path("privateIpAddress").asText("").isEmpty())
                .min(Comparator.comparing(each -> !each.path("primary").asBoolean(false)))
                .map(each -> each.path("privateIpAddress").asText());
    }

    /** The address with block and gateway; without when the cloud's own words contradict each other. */
    private Optional<EniAddress> address(String id, String subnetId, String text, Optional<MacAddress> attached) {
        try {
            InetAddress address = Cidr.parseAddress(text);
            boolean isIpv4 = address.getAddress().length == 4;
            Optional<Cidr> block = subnets.get(subnetId)
                    .block(isIpv4)
                    .or(() -> subnets.refresh(subnetId).block(isIpv4));
            if (block.isEmpty()) {
                LOG.warn("{}: {} is left out, its subnet {} has no block of that family", id, text, subnetId);
            }
            return block.map(at -> new EniAddress(address, at, gateways.of(at, address, attached)));
        } catch (InvalidRequestException e) {
            LOG.warn("{}: {} is left out: {}", id, text, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Instant> created(JsonNode eni) {
        String text = eni.path("createdTime").asText("");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            LOG.debug("createdTime {} is not read", text, e);
            return Optional.empty();
        }
    }
}
