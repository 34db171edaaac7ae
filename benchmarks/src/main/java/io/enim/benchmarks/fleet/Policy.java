// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.fleet;

enum Policy {
    ENIM("ENIM"),
    ENIM_WAITING("ENIM, whenEmpty=wait"),
    VPC_CNI("AWS VPC CNI's policy"),
    TERWAY("Terway's exclusive mode");

    final String title;

    Policy(String title) {
        this.title = title;
    }

    SimulatedNode node(Simulation simulation, CloudAccount account) {
        return switch (this) {
            case ENIM -> new EnimNode(simulation, account, false);
            case ENIM_WAITING -> new EnimNode(simulation, account, true);
            case VPC_CNI -> new VpcCniNode(simulation, account);
            case TERWAY -> new TerwayNode(simulation, account);
        };
    }
}
