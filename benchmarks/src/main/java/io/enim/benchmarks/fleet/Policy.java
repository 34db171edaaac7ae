package io.enim.benchmarks.fleet;

/** Whose way of keeping ENIs. */
enum Policy {
    ENIM("ENIM"),
    ENIM_WAITING("ENIM, whenEmpty=wait"),
    VPC_CNI("AWS VPC CNI's policy"),
    TERWAY("Terway's exclusive mode");

    final String title;

    Policy(String title) {
        this.title = title;
    }

    Node node(Simulation simulation, Account account) {
        return switch (this) {
            case ENIM -> new EnimNode(simulation, account, false);
            case ENIM_WAITING -> new EnimNode(simulation, account, true);
            case VPC_CNI -> new VpcCniNode(simulation, account);
            case TERWAY -> new TerwayNode(simulation, account);
        };
    }
}
