// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;
import io.enim.MacAddress;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.support.CloudRequest;
import io.enim.provider.support.ProviderErrors;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceIpv6Address;

/**
 * Reads EC2's interfaces as ENIM's.
 *
 * <p>Gateways are not part of any answer; the package says where they are from. The one for IPv6 needs no router
 * advertisement, which an ENI in a fresh namespace would first have to wait for.
 */
record EniReader(Subnets subnets) {
    private static final Logger LOG = LoggerFactory.getLogger(EniReader.class);
    static final InetAddress IPV6_ROUTER = Cidr.parseAddress("fe80:ec2::1");

    /** Reads all, or fails: leaving out one that is unreadable would make it look gone. */
    List<CloudEni> read(Collection<NetworkInterface> found) {
        Map<String, List<Cidr>> blocks =
                subnets.blocks(found.stream().map(NetworkInterface::subnetId).collect(Collectors.toSet()));
        Set<String> unknown = found.stream()
                .filter(each -> addresses(each)
                        .anyMatch(address -> block(blocks, each, address).isEmpty()))
                .map(NetworkInterface::subnetId)
                .collect(Collectors.toSet());
        subnets.learn(unknown);
        return found.stream().map(each -> read(each, blocks)).toList();
    }

    private static CloudEni read(NetworkInterface each, Map<String, List<Cidr>> blocks) {
        try {
            Optional<NetworkInterfaceAttachment> attachment = Optional.ofNullable(each.attachment());
            return new CloudEni(
                    each.networkInterfaceId(),
                    status(each),
                    MacAddress.parse(each.macAddress() == null ? "" : each.macAddress()),
                    Optional.ofNullable(each.privateIpAddress())
                            .map(Cidr::parseAddress)
                            .flatMap(address -> known(blocks, each, address)
                                    .map(block -> new EniAddress(address, block, block.address(1)))),
                    ipv6(each)
                            .flatMap(address -> known(blocks, each, address)
                                    .map(block -> new EniAddress(address, block, IPV6_ROUTER))),
                    each.subnetId(),
                    attachment.map(EniReader::slot).map(InterfaceSlot::number).orElse(0),
                    attachment.map(NetworkInterfaceAttachment::instanceId),
                    OwnerTags.ownerTag(each.tagSet()),
                    Optional.empty());
        } catch (InvalidRequestException e) {
            String why =
                    each.networkInterfaceId() + " is unreadable (" + e.getMessage() + "), the list is not complete";
            throw ProviderErrors.lost(CloudRequest.reading("DescribeNetworkInterfaces", ""), why, e);
        }
    }

    static InterfaceSlot slot(NetworkInterfaceAttachment attachment) {
        return new InterfaceSlot(
                InstanceInfo.orZero(attachment.networkCardIndex()), InstanceInfo.orZero(attachment.deviceIndex()));
    }

    /**
     * The interface's status, sharpened by its attachment's. What either side does not know, among it {@code pending},
     * is OTHER.
     */
    static Status status(NetworkInterface each) {
        String status = String.valueOf(each.statusAsString());
        NetworkInterfaceAttachment at = each.attachment();
        String attachment = at == null ? "" : String.valueOf(at.statusAsString());
        return switch (status) {
            case "available" ->
                Set.of("", "detached").contains(attachment) ? Status.AVAILABLE : ofAttachment(attachment);
            case "attaching" -> Status.ATTACHING;
            case "detaching" -> Status.DETACHING;
            case "in-use" -> ofAttachment(attachment);
            default -> Status.OTHER;
        };
    }

    private static Status ofAttachment(String status) {
        return switch (status) {
            case "attaching" -> Status.ATTACHING;
            case "attached" -> Status.ATTACHED;
            case "detaching", "detached" -> Status.DETACHING;
            default -> Status.OTHER;
        };
    }

    private static Stream<InetAddress> addresses(NetworkInterface each) {
        return Stream.concat(Stream.ofNullable(each.privateIpAddress()).map(Cidr::parseAddress), ipv6(each).stream());
    }

    /** The one EC2 calls primary; most have none that is, and then the first. */
    private static Optional<InetAddress> ipv6(NetworkInterface each) {
        List<NetworkInterfaceIpv6Address> all = each.ipv6Addresses();
        return all.stream()
                .filter(address -> Boolean.TRUE.equals(address.isPrimaryIpv6()))
                .findFirst()
                .or(() -> all.stream().findFirst())
                .map(address -> Cidr.parseAddress(address.ipv6Address()));
    }

    /** The block that holds an address. Without one the ENI lacks that address, and the other ENIs are read. */
    private static Optional<Cidr> known(Map<String, List<Cidr>> blocks, NetworkInterface each, InetAddress address) {
        if (blocks.getOrDefault(each.subnetId(), List.of()).isEmpty()) {
            String why = "no block of it is known, of " + each.networkInterfaceId();
            throw ProviderErrors.lost(CloudRequest.reading("DescribeSubnets", each.subnetId()), why, null);
        }
        Optional<Cidr> block = block(blocks, each, address);
        if (block.isEmpty()) {
            LOG.warn(
                    "{}: {} is left out, no block of its subnet {} holds it",
                    each.networkInterfaceId(),
                    IpLiteral.format(address),
                    each.subnetId());
        }
        return block;
    }

    private static Optional<Cidr> block(Map<String, List<Cidr>> blocks, NetworkInterface each, InetAddress address) {
        return blocks.getOrDefault(each.subnetId(), List.of()).stream()
                .filter(block -> block.contains(address))
                .findFirst();
    }
}
