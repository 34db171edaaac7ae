package io.enim.provider.fake.model;

/** The calls a cloud answers. */
public enum Call {
    DESCRIBE,
    DESCRIBE_INSTANCE,
    DESCRIBE_SUBNETS,
    CREATE,
    ATTACH,
    MODIFY,
    DETACH,
    DELETE
}
