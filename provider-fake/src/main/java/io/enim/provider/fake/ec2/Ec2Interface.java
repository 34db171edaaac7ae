package io.enim.provider.fake.ec2;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An interface as it is now.
 *
 * @param id its id
 * @param status the interface's status, in EC2's words
 * @param mac its MAC
 * @param subnet its subnet
 * @param ipv4 its IPv4 address
 * @param ipv6 its IPv6 address, if it has one
 * @param description what its creator said of it
 * @param groups its security groups
 * @param tags its tags
 * @param attachment where it is attached, if it is
 */
public record Ec2Interface(
        String id,
        String status,
        String mac,
        Ec2Subnet subnet,
        String ipv4,
        Optional<String> ipv6,
        String description,
        List<String> groups,
        Map<String, String> tags,
        Optional<Attachment> attachment) {
    public Ec2Interface {
        groups = List.copyOf(groups);
        tags = Map.copyOf(tags);
    }

    /**
     * An attachment.
     *
     * @param id its id
     * @param instanceId the instance
     * @param card the network card
     * @param index the device index
     * @param status the attachment's status, in EC2's words
     * @param ending whether the interface ends with the instance
     */
    public record Attachment(String id, String instanceId, int card, int index, String status, Ending ending) {}

    /** What becomes of an attached interface when its instance ends. */
    public enum Ending {
        /** It is deleted. */
        DELETED,
        /** It stays, and somebody pays for it. */
        KEPT
    }
}
