// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.grpc;

/** How a call ended, by gRPC's numbers. */
enum GrpcStatus {
    OK(0),
    UNKNOWN(2),
    INVALID_ARGUMENT(3),
    UNIMPLEMENTED(12);

    static final String HEADER = "grpc-status";
    static final String CONTENT_TYPE = "application/grpc";

    private final int number;

    GrpcStatus(int number) {
        this.number = number;
    }

    String text() {
        return Integer.toString(number);
    }
}
