using System.Diagnostics;
using Vesper.Storage.Formats;

namespace Vesper.Indexing.Graph.Format;

/// <summary>Reads 32-bit numbers of seven bits a byte from a section, one after the other, within its bounds.</summary>
internal sealed class PackedNumbers(LazySection section, long start)
{
    private readonly byte[] _chunk = new byte[4096];
    private long _chunkStart = start;
    private int _chunkLength;
    private int _next;

    /// <summary>Offset of the next number in the section.</summary>
    public long Position => _chunkStart + _next;

    /// <summary>The next number.</summary>
    /// <exception cref="CorruptDataException">The section ends, or the number has more than 32 bits.</exception>
    public uint Next()
    {
        var position = Position;
        ulong value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var bits = _next < _chunkLength ? _chunk[_next++] : NextChunk();
            value |= (ulong)(bits & 0x7F) << shift;
            if (bits < 0x80 && value <= uint.MaxValue)
            {
                return (uint)value;
            }
        }

        throw section.Corrupt(position, "a number of 32 bits", "a longer one");
    }

    /// <summary>Moves to the next chunk and gives its first byte.</summary>
    private byte NextChunk()
    {
        _chunkStart += _chunkLength;
        _chunkLength = (int)Math.Min(_chunk.Length, section.Length - _chunkStart);
        Debug.Assert(_chunkLength >= 0, "A chunk ends with the section at the latest.");
        if (_chunkLength == 0)
        {
            _next = 0;
            throw section.Corrupt(_chunkStart, "another number", "the section's end");
        }

        section.Slice(_chunkStart, _chunkLength).CopyTo(_chunk);
        _next = 1;
        return _chunk[0];
    }
}
