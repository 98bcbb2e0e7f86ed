using System.Diagnostics;

namespace Vesper.Payloads;

/// <summary>Payloads of the active segment: appended to native blocks that never move.</summary>
/// <remarks>One writer appends while any number of threads read rows that are counted.</remarks>
internal sealed class PayloadColumnWriter(MemoryScope scope) : IPayloadColumn, IDisposable
{
    private const int BlockBytes = 1 << 20;

    private readonly AppendList<NativeBuffer<byte>> _blocks = new();
    private readonly AppendList<Place> _rows = new();
    private int _used;
    private long _bytes;

    public int Count => _rows.Count;

    /// <summary>Bytes of all texts.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public ReadOnlySpan<byte> this[Ordinal row]
    {
        get
        {
            ref readonly var place = ref _rows[row.Value];
            return _blocks[place.Block].Slice(place.Offset, place.Length);
        }
    }

    /// <summary>Appends a row's text (one writer) and returns its ordinal.</summary>
    public Ordinal Append(ReadOnlySpan<byte> utf8)
    {
        Debug.Assert(utf8.Length <= Limits.PayloadBytes, "the payload was checked when it was made");
        if (_blocks.Count == 0 || utf8.Length > _blocks.Last.Length - _used)
        {
            // The first block is small, so that a small collection stays small.
            var bytes = _blocks.Count == 0 ? BlockBytes / 16 : BlockBytes;
            _blocks.Add(new NativeBuffer<byte>(Math.Max(bytes, utf8.Length), scope));
            _used = 0;
        }

        utf8.CopyTo(_blocks.Last.Slice(_used, utf8.Length));
        var row = _rows.Add(new Place(_blocks.Count - 1, _used, utf8.Length));
        _used += utf8.Length;
        Volatile.Write(ref _bytes, _bytes + utf8.Length);
        Debug.Assert(_used <= _blocks.Last.Length, "texts stay inside their block");
        return new Ordinal(row);
    }

    public void Dispose()
    {
        foreach (var block in _blocks.Span)
        {
            block.Dispose();
        }
    }

    private readonly record struct Place(int Block, int Offset, int Length);
}
