// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import io.enim.Cidr;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.RetryableProviderException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway of an address: what the metadata service says for an attached ENI, else the first address of the subnet's
 * block of the same family (P10). All addresses of one subnet and family have one gateway, so one answer is enough for
 * each; a service that fails is left alone for a minute, so that it slows nothing down.
 */
final class GatewayResolver {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayResolver.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Optional<MetadataClient> metadata;
    private final Clock clock;
    private final Map<Cidr, InetAddress> gateways = new ConcurrentHashMap<>();
    private final Set<InetAddress> withoutAnswer = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Instant> pausedUntil = new AtomicReference<>(Instant.MIN);

    GatewayResolver(Optional<MetadataClient> metadata, Clock clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    /**
     * The gateway as far as it is known.
     *
     * @param attached the ENI's MAC while it is attached here: the metadata service knows no others and is not asked
     */
    InetAddress of(Cidr block, InetAddress address, Optional<MacAddress> attached) {
        return Optional.ofNullable(gateways.get(block))
                .or(() -> metadata.flatMap(it -> attached.flatMap(mac -> query(it, block, address, mac))))
                .orElseGet(() -> block.address(1));
    }

    private Optional<InetAddress> query(MetadataClient service, Cidr block, InetAddress address, MacAddress mac) {
        if (withoutAnswer.contains(address) || clock.instant().isBefore(pausedUntil.get())) {
            return Optional.empty();
        }
        String path = "network/interfaces/macs/" + mac + "/fixed_ips/" + address.getHostAddress() + "/gateway";
        try {
            Optional<InetAddress> gateway = service.find(path).flatMap(text -> ofFamily(text, block));
            gateway.ifPresentOrElse(found -> gateways.put(block, found), () -> withoutAnswer.add(address));
            return gateway;
        } catch (RetryableProviderException e) {
            pausedUntil.set(clock.instant().plus(PAUSE));
            LOG.warn("the gateway of {} is taken from its block: {}", block, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> ofFamily(String text, Cidr block) {
        try {
            InetAddress gateway = Cidr.parseAddress(text);
            return Optional.of(gateway)
                    .filter(found -> found.getClass() == block.network().getClass());
        } catch (InvalidRequestException e) {
            LOG.warn("the metadata service's gateway of {} is no address: {}", block, e.getMessage());
            return Optional.empty();
        }
    }
}
