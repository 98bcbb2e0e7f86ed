namespace Vesper.Storage.Formats;

/// <summary>The two checks that every fixed-size part of a file ends with.</summary>
internal static class ByteFields
{
    /// <summary>Checks bytes against the checksum stored for them.</summary>
    public static void CheckChecksum(ReadOnlySpan<byte> bytes, uint stored, string path, long checksumOffset)
    {
        uint computed = Crc32C.Compute(bytes);
        if (computed != stored)
        {
            throw new CorruptDataException(path, checksumOffset, $"checksum {computed:x8}", $"{stored:x8}");
        }
    }

    /// <summary>
    /// Checks that reserved or padding bytes are zero, so that a later version may give them a meaning.
    /// </summary>
    public static void CheckZero(ReadOnlySpan<byte> bytes, string path, long offset)
    {
        int at = bytes.IndexOfAnyExcept((byte)0);
        if (at >= 0)
        {
            throw new CorruptDataException(path, offset + at, "zero", $"byte {bytes[at]:x2}");
        }
    }
}
