/** ENIs of Baidu AI Cloud. */
@NullMarked
package io.enim.provider.bce;

import org.jspecify.annotations.NullMarked;
