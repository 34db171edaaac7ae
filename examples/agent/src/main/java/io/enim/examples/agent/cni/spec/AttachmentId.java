// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.Assignment;

/** The specification's key of an attachment: {@code CNI_CONTAINERID} and {@code CNI_IFNAME}. */
public record AttachmentId(String containerId, String ifname) {
    public static AttachmentId of(Assignment assignment) {
        return new AttachmentId(
                assignment.endpoint().containerId(),
                assignment.endpoint().interfaceName().value());
    }
}
