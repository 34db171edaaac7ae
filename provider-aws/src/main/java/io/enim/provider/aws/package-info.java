/** Elastic network interfaces of Amazon EC2. */
@NullMarked
package io.enim.provider.aws;

import org.jspecify.annotations.NullMarked;
