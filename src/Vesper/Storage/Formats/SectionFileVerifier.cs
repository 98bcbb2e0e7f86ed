using System.Diagnostics;
using Vesper.Storage.Files;

namespace Vesper.Storage.Formats;

/// <summary>
/// Reads a whole file in large pieces and checks every byte: by its checksum, or for being zero between sections.
/// </summary>
internal sealed class SectionFileVerifier(IFile file, FileFooter footer, Action<long, string> report)
{
    private const int BlocksPerRead = 16;

    private readonly byte[] _buffer = new byte[BlocksPerRead * FileLayout.BlockBytes];

    /// <summary>
    /// Checks all. A file changed since it was opened shows in <paramref name="recheck"/>, which opens it again.
    /// </summary>
    public void Run(Action recheck, CancellationToken cancellation)
    {
        Guard(0, recheck);
        foreach (SectionEntry section in footer.Sections)
        {
            for (long block = 0; block < section.BlockCount; block += BlocksPerRead)
            {
                cancellation.ThrowIfCancellationRequested();
                long first = block;
                Guard(section.Offset + (block * FileLayout.BlockBytes), () => CheckBlocks(section, first));
            }

            Guard(section.End, () => CheckPadding(section.End));
        }
    }

    private void CheckBlocks(SectionEntry section, long firstBlock)
    {
        long start = firstBlock * FileLayout.BlockBytes;
        Span<byte> bytes = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, section.Length - start));
        Debug.Assert(bytes.Length > 0, "a block has bytes");
        bytes = Read(bytes, section.Offset + start);
        for (int done = 0; done < bytes.Length; done += FileLayout.BlockBytes)
        {
            Span<byte> block = bytes.Slice(done, Math.Min(FileLayout.BlockBytes, bytes.Length - done));
            uint expected = footer.Checksums(section)[(int)firstBlock + (done / FileLayout.BlockBytes)];
            uint found = Crc32C.Compute(block);
            if (found != expected)
            {
                string problem = $"section {section.Key}: checksum {found:x8} instead of {expected:x8}";
                report(section.Offset + start + done, problem);
            }
        }
    }

    private void CheckPadding(long end)
    {
        Span<byte> padding = Read(_buffer.AsSpan(0, (int)(FileLayout.Align(end) - end)), end);
        int at = padding.IndexOfAnyExcept((byte)0);
        if (at >= 0)
        {
            report(end + at, $"padding holds {padding[at]:x2} instead of zero");
        }
    }

    private Span<byte> Read(Span<byte> into, long offset)
    {
        int count = file.ReadAt(into, offset);
        if (count < into.Length)
        {
            report(offset + count, "the file ends here");
        }

        return into[..count];
    }

    private void Guard(long offset, Action check)
    {
        try
        {
            check();
        }
        catch (CorruptDataException damage)
        {
            report(damage.Offset, $"expected {damage.Expected}, found {damage.Found}");
        }
        catch (VesperException failure)
        {
            report(offset, failure.Message);
        }
    }
}
