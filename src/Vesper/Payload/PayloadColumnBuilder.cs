using System.Buffers.Binary;
using System.Diagnostics;
using Vesper.Storage.Formats;

namespace Vesper.Payloads;

/// <summary>Writes the payload sections of a sealed segment, row by row.</summary>
/// <remarks>The text section is open from the first row to <see cref="Finish"/>: no other section can be written
/// meanwhile.</remarks>
internal sealed class PayloadColumnBuilder(SectionFileWriter file) : IDisposable
{
    private readonly List<long> _ends = [];
    private long _length;
    private bool _open;

    public void Append(ReadOnlySpan<byte> utf8)
    {
        Open();
        file.Write(utf8);
        _length += utf8.Length;
        _ends.Add(_length);
        Debug.Assert(file.SectionLength == _length, "the texts are all that the section holds");
    }

    /// <summary>Ends the sections.</summary>
    public void Finish()
    {
        Open();
        file.End();
        file.Begin(new SectionKey(PayloadSections.PayloadOffsets));
        Span<byte> offset = stackalloc byte[sizeof(long)];
        offset.Clear();
        file.Write(offset);
        foreach (var end in _ends)
        {
            BinaryPrimitives.WriteInt64LittleEndian(offset, end);
            file.Write(offset);
        }

        file.End();
    }

    public void Dispose() => _ends.Clear();

    private void Open()
    {
        if (!_open)
        {
            file.Begin(new SectionKey(PayloadSections.PayloadText));
            _open = true;
        }
    }
}
