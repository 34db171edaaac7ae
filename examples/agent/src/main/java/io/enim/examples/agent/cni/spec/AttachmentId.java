package io.enim.examples.agent.cni;

import io.enim.Assignment;

/**
 * What the specification identifies an attachment by.
 *
 * @param containerId {@code CNI_CONTAINERID}
 * @param ifname {@code CNI_IFNAME}
 */
record Attachment(String containerId, String ifname) {
    static Attachment of(Assignment assignment) {
        return new Attachment(
                assignment.endpoint().containerId(),
                assignment.endpoint().interfaceName().value());
    }
}
