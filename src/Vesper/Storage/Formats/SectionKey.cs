namespace Vesper.Storage.Formats;

/// <summary>
/// Names a section inside a file: what it is, and which one of several (the vector field, the payload index).
/// </summary>
internal readonly record struct SectionKey(ushort Type, ushort Index = 0)
{
    public override string ToString() => $"{Type}.{Index}";
}
