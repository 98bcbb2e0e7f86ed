namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>Fixed places and sizes of the format; drawn in docs/formats/ivfpq.md. Keep the two in step.</summary>
internal static class IvfPqFileLayout
{
    public const int HeaderBytes = 60;
    public const int SectionHeaderBytes = 28;
    public const int TrailerBytes = 12;

    /// <summary>Where a section's hash stands in its header.</summary>
    public const int SectionHashAt = 20;

    /// <summary>The most sections that are looked at: five kinds are known, a file of more is hostile.</summary>
    public const int SectionsMax = 1_024;

    public const int VersionMajor = 1;

    /// <summary>Bytes read, hashed or written at once; less when the file is smaller.</summary>
    public const int BufferBytes = 1 << 20;

    public static ReadOnlySpan<byte> Magic10 => "IVFPQv10"u8;

    public static ReadOnlySpan<byte> Magic11 => "IVFPQv11"u8;

    public static ReadOnlySpan<byte> TrailerMark => "CHKS"u8;

    /// <summary>A buffer for a walk over so many bytes.</summary>
    public static byte[] Buffer(long length) => new byte[Math.Min(length, BufferBytes)];
}

/// <summary>The sections that are known; their numbers stand in files.</summary>
internal enum IvfPqSectionType : uint
{
    Centroids = 1,
    Codebooks = 2,
    Lists = 3,
    Rotation = 4,
    Metadata = 5,
}

/// <summary>One payload in a file.</summary>
/// <param name="Offset">Where it starts, behind its header.</param>
/// <param name="Stored">Its bytes in the file.</param>
/// <param name="Length">Its bytes once decompressed.</param>
/// <param name="Hash">What its header says of the decompressed bytes; null where there is no header.</param>
internal readonly record struct IvfPqSection(
    IvfPqSectionType Type, long Offset, long Stored, long Length, ulong? Hash)
{
    public long End => Offset + Stored;

    public bool IsCompressed => Stored != Length;
}
