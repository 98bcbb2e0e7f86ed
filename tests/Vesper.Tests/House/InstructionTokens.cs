using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Vesper.Tests.House;

/// <summary>The metadata tokens in a method body (ECMA-335, partition III): what its instructions refer to.</summary>
internal static class InstructionTokens
{
    private const byte TwoByteMark = 0xFE;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    public static IEnumerable<int> In(BlobReader body)
    {
        var tokens = new List<int>();
        while (body.RemainingBytes > 0)
        {
            int value = body.ReadByte();
            if (value == TwoByteMark)
            {
                value = TwoByteMark << 8 | body.ReadByte();
            }

            switch (OpCodesByValue[value].OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod:
                case OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(body.ReadInt32());
                    break;
                case OperandType.InlineSwitch:
                    var targets = body.ReadInt32();
                    body.Offset += sizeof(int) * targets;
                    break;
                case var operand:
                    body.Offset += BytesOf(operand);
                    break;
            }
        }

        return tokens;
    }

    private static int BytesOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
