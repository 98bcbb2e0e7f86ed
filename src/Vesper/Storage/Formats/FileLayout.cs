using System.Diagnostics;

namespace Vesper.Storage.Formats;

/// <summary>
/// The sizes and constants of the one file layout, as docs/formats/file.md draws it. Keep the two in step.
/// </summary>
internal static class FileLayout
{
    public const int HeaderBytes = 64;
    public const int TrailerBytes = 64;
    public const int AlignmentBytes = 64;
    public const int BlockBytes = 64 << 10;
    public const int FooterHeadBytes = 48;
    public const int SectionEntryBytes = 32;
    public const int SectionsMax = ushort.MaxValue;

    /// <summary>
    /// Version of header, footer and trailer; what the sections mean has its own version per file kind.
    /// </summary>
    public const ushort ContainerVersion = 1;

    public static ReadOnlySpan<byte> HeaderMagic => "VESPER\r\n"u8;

    public static ReadOnlySpan<byte> TrailerMagic => "VESPREND"u8;

    /// <summary>The next multiple of the alignment. A length near 2^63 would wrap: callers bound it first.</summary>
    public static long Align(long offset)
    {
        Debug.Assert(offset is >= 0 and <= long.MaxValue - AlignmentBytes, "offsets are bounded before alignment");
        return (offset + AlignmentBytes - 1) & -AlignmentBytes;
    }

    /// <summary>Blocks that a section of so many bytes takes; the last one may be short.</summary>
    public static long BlockCount(long sectionBytes) =>
        (sectionBytes / BlockBytes) + (sectionBytes % BlockBytes == 0 ? 0 : 1);
}
