"""Operations cut into steps that can be shown, read out, exported and asked about."""
