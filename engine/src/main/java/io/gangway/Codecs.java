package io.gangway;

import io.gangway.protocol.PacketCodec;

/**
 * The codecs that clients may use; a client's first message decides which of the two it uses.
 *
 * @param text for a client whose first message is text
 * @param binary for a client whose first message is binary
 */
record Codecs(PacketCodec text, PacketCodec binary) {}
