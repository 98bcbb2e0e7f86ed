using System.Buffers;
using Vesper.Storage.Files;

namespace Vesper.Storage.Wal.Recovery;

/// <summary>Finds where the zeros at the end of a file begin: what preallocation or an unwritten page leaves.</summary>
internal static class ZeroBytes
{
    private const int ChunkBytes = 256 << 10;

    /// <summary>Whether everything from an offset on is zero.</summary>
    public static bool Only(IFile file, long from) => EndOfContent(file, from) == from;

    /// <summary>The offset after the last byte other than zero, and at least <paramref name="from"/>.</summary>
    public static long EndOfContent(IFile file, long from)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (long end = file.Length; end > from;)
            {
                long start = Math.Max(from, end - ChunkBytes);
                int read = file.ReadAt(chunk.AsSpan(0, (int)(end - start)), start);
                int last = chunk.AsSpan(0, read).LastIndexOfAnyExcept((byte)0);
                if (last >= 0)
                {
                    return start + last + 1;
                }

                end = start;
            }

            return from;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
