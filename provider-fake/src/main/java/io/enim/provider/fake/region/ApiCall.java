// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

/** The calls a cloud answers. */
public enum ApiCall {
    DESCRIBE,
    DESCRIBE_INSTANCE,
    DESCRIBE_SUBNETS,
    CREATE,
    ATTACH,
    MODIFY,
    DETACH,
    DELETE
}
