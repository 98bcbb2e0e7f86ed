using System.Diagnostics;

namespace Vesper.Segments;

/// <summary>
/// An LSN per row, 0 where none was set; memory grows with the rows that have one. One writer, lock-free readers.
/// </summary>
internal sealed class LsnColumn
{
    private const int ChunkBits = 12;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private ulong[]?[] _chunks = [];

    /// <summary>The row's LSN value, or 0.</summary>
    public ulong this[int row]
    {
        get
        {
            var chunks = Volatile.Read(ref _chunks);
            var chunk = row >> ChunkBits;
            return chunk < chunks.Length && Volatile.Read(ref chunks[chunk]) is { } values
                ? Volatile.Read(ref values[row & ChunkMask])
                : 0;
        }
    }

    public void Set(int row, ulong lsn)
    {
        Debug.Assert(row >= 0 && lsn > 0, "a row's LSN is set once it has one");
        var chunk = row >> ChunkBits;
        if (chunk >= _chunks.Length)
        {
            var grown = new ulong[]?[Math.Max(chunk + 1, _chunks.Length * 2)];
            _chunks.CopyTo(grown, 0);
            Volatile.Write(ref _chunks, grown);
        }

        if (_chunks[chunk] is null)
        {
            Volatile.Write(ref _chunks[chunk], new ulong[1 << ChunkBits]);
        }

        Volatile.Write(ref _chunks[chunk]![row & ChunkMask], lsn);
    }

    /// <summary>The rows below <paramref name="rows"/> that have an LSN, ascending.</summary>
    public IEnumerable<(int Row, ulong Lsn)> Entries(int rows)
    {
        var chunks = Volatile.Read(ref _chunks);
        for (var chunk = 0; chunk < chunks.Length && chunk << ChunkBits < rows; chunk++)
        {
            if (Volatile.Read(ref chunks[chunk]) is not { } values)
            {
                continue;
            }

            var end = Math.Min(values.Length, rows - (chunk << ChunkBits));
            for (var slot = 0; slot < end; slot++)
            {
                var lsn = Volatile.Read(ref values[slot]);
                if (lsn != 0)
                {
                    yield return ((chunk << ChunkBits) + slot, lsn);
                }
            }
        }
    }
}
