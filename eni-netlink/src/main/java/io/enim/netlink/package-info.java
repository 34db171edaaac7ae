/** Linux network devices and namespaces over rtnetlink. */
@NullMarked
package io.enim.netlink;

import org.jspecify.annotations.NullMarked;
