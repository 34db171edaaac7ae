package io.enim.emulator.ec2;

/** The region's instances have a limit and no type; on the wire the type's name contains the limit. */
final class InstanceTypes {
    private static final String PREFIX = "emulated.";

    private InstanceTypes() {}

    /** The type of an instance that takes so many interfaces, its own included. */
    static String of(int interfaces) {
        return PREFIX + interfaces;
    }

    static boolean isOne(String type) {
        return type.matches("emulated\\.\\d{1,4}");
    }

    static int interfaces(String type) {
        return Integer.parseInt(type.substring(PREFIX.length()));
    }
}
